"""The firm's defence: signed by its certificate, within the term, once."""

from django.db import transaction

from prequalified.actions.conduct.lock_case import lock_own_case
from prequalified.models import ConductCase
from prequalified.rules.conduct.case import Standing, defend_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules.canonical import canonical
from signing.rules.certificates import fingerprint


def defence_statement(number: str, text: str) -> bytes:
    """What is signed: canonical JSON of the case's number and the text; the page makes the same bytes."""
    return canonical({"case": number, "format": "yangguang-defence/1", "text": text})


def defend_case(*, number: str, text: str, signature: bytes, actor: Actor) -> ConductCase:
    """Raises Refusal `conduct.defence_late|wrong_state`, `defence.missing`, `signature.*`."""
    text = text.replace("\r\n", "\n").strip()
    with transaction.atomic():
        case = lock_own_case(number, actor)
        refuse_if(defend_blockers(Standing(case.state, case.defence_until), now(), text))
        verdict = verify_signature(defence_statement(number, text), signature, now(), actor.number, place="signature")
        case.state, case.defence, case.defence_signature = ConductCase.State.DEFENDED, text, signature
        case.defended_by_id, case.defended_at = actor.account_id, now()
        case.save(update_fields=["state", "defence", "defence_signature", "defended_by", "defended_at"])
        body = {"case": case.number, "certificate": fingerprint(verdict.signer_cert_der)}
        subject = f"admission:{case.admission.number}"
        append_entry(kind="conduct.defended", subject=subject, body=body, actor=actor, readers="supervisor")
    return case
