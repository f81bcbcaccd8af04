"""An opening trustee registers the recipient that its share will be sealed to (protocol §4)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules.statements import read_recipient
from tendering.actions.lock_section import lock_section
from tendering.models import Section, TenderTrustee
from tendering.permissions import demand, is_trustee
from tendering.rules import lifecycle
from tendering.rules.drafting import statement_blockers


def register_trustee(*, section: Section, statement: bytes, signature: bytes, actor: Actor) -> TenderTrustee:
    """`statement`: `yangguang-recipient/1`, signed (CAdES, DER) with the trustee's certificate (`yangguang trustee recipient`).

    May be done anew until the document is prepared for signature. Raises Refusal.
    """
    demand(is_trustee(actor, section))
    at = now()
    read = read_recipient(statement)
    others = section.trustees.exclude(party__number=actor.number)
    taken = [each.recipient for each in others if each.recipient]
    refuse_if(statement_blockers(read, section.tendering_project.code, actor.number, taken), status=422)
    verify_signature(statement, signature, at=at, party_number=actor.number)
    with transaction.atomic():
        locked = lock_section(section)
        refuse_if(lifecycle.state_blockers(locked.state, {lifecycle.State.DRAFT}))
        trustee = section.trustees.get(party__number=actor.number)
        trustee.recipient, trustee.statement, trustee.signature = read.recipient, statement, signature
        trustee.registered_at = at
        trustee.save(update_fields=["recipient", "statement", "signature", "registered_at"])
        append_entry(
            kind="trustee.registered",
            subject=f"section:{section.code}",
            body={"place": trustee.place, "recipient": trustee.recipient, "at": stamp(at)},
            actor=actor,
            readers="party",
        )
    return trustee
