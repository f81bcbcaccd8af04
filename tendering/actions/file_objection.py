"""A bidder objects to the document or to the result; the tender stands still until the answer where the law says so."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Objection, Section
from tendering.permissions import bidding_party
from tendering.queries.objections import objection_window
from tendering.queries.rule_sets import calendar, rules_for
from tendering.queries.sections import own_tender
from tendering.rules import objections
from tendering.rules.questions import text_blockers


def file_objection(*, section: Section, about: str, text: str, actor: Actor) -> Objection:
    """`about`: "document" or "result". Before the deadline the entry is sealed. A late one is refused with its rule."""
    party_id = bidding_party(actor)
    refuse_if(text_blockers(text, "text"), status=422)
    at = now()
    rules = rules_for(section, at)
    term = objections.answer_term(about, rules)
    with transaction.atomic():
        locked = lock_section(section)
        window = objection_window(locked, about, party_id)
        refuse_if(objections.file_blockers(locked.state, about, window, at, own_tender(section, party_id)))
        objection = Objection.objects.create(
            section=locked,
            round=locked.round,
            about=about,
            party_id=party_id,
            account_id=actor.account_id,
            text=text.strip(),
            filed_at=at,
            answer_by=term.end(at, calendar()) if term else at,
            rule=term.rule if term else "",
        )
        append_entry(
            kind="objection.filed",
            subject=f"section:{locked.code}",
            body={
                "objection": objection.public_id,
                "about": about,
                "text": objection.text,
                "answer_by": stamp(objection.answer_by),
            },
            actor=actor,
            readers="party",
            sealed_until=locked.code if about == objections.DOCUMENT else "",
        )
    return objection
