"""A bidder asks about the tender document; who asked stays hidden until the deadline (CTS A-80; 20号令 21)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Question, Section
from tendering.permissions import bidding_party
from tendering.queries.sections import own_tender, published_document
from tendering.rules.questions import ask_blockers, text_blockers


def ask_question(*, section: Section, text: str, actor: Actor) -> Question:
    """Nothing is announced and the journal entry is sealed: the row is all there is. Raises Refusal."""
    party_id = bidding_party(actor)
    refuse_if(text_blockers(text, "text"), status=422)
    at = now()
    with transaction.atomic():
        locked = lock_section(section)
        refuse_if(ask_blockers(locked.state, locked.questions_until, at, own_tender(section, party_id)))
        document = published_document(locked)
        question = Question.objects.create(
            section=locked,
            round=locked.round,
            version=document.version if document else 1,
            asker_id=party_id,
            account_id=actor.account_id,
            text=text.strip(),
            asked_at=at,
        )
        append_entry(
            kind="question.asked",
            subject=f"section:{locked.code}",
            body={"question": question.public_id, "text": question.text, "version": question.version},
            actor=actor,
            readers="party",
            sealed_until=locked.code,
        )
    return question
