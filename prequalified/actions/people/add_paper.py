"""Add a paper that proves something about a party: signed by its own, bound certificate, or not taken at all."""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from prequalified.models import Paper, Party, PartyCertificate
from prequalified.rules.binding import NOT_BOUND_HERE
from prequalified.rules.people.papers import PaperFacts, media_of, paper_blockers
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from runtime.store import put
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules.certificates import fingerprint

_LARGEST_FACTS = 20_000  # characters of JSON


def add_paper(
    *,
    party: Party,
    kind: str,
    title: str,
    data: bytes,
    name: str,
    signature: bytes,
    actor: Actor,
    number: str = "",
    issuer: str = "",
    facts: Mapping[str, Any] | None = None,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Paper:
    """The paper. Raises Refusal with every fault of the file and its description at once, then the signature's own.

    `signature`: detached CAdES over `data` by a certificate that bears the party's number, is bound to it and is good at
    this moment: forged, another holder's, revoked or expired, and nothing is stored. `name` is the file's own name.
    """
    refuse_if(_NOT_YOURS if party.pk != actor.party_id else [], 403)
    told = PaperFacts(
        kind, title, len(data), media_of(data), len(signature), number, issuer, valid_from, valid_until
    )  # fmt: skip
    refuse_if(paper_blockers(told, day_of(now())) + _facts_blockers(facts or {}), 422)
    signer = _signer(party, data, signature)
    row = Paper(
        public_id=secrets.token_hex(12), party=party, kind=kind, title=title.strip(), number=number.strip(),
        issuer=issuer.strip(), facts={**(facts or {}), "file": name[:200]}, valid_from=valid_from, valid_until=valid_until,
        media=told.media, size=told.size, sha256=hashlib.sha256(data).hexdigest(), signature=signature, certificate=signer,
        added_by_id=actor.account_id or 0, added_at=now(),
    )  # fmt: skip
    row.path = f"papers/{party.pk}/{row.public_id}"
    return _kept(row, data, actor)


def _signer(party: Party, data: bytes, signature: bytes) -> str:
    """The fingerprint of the certificate that signed. Judged now: a certificate revoked yesterday proves nothing new."""
    verdict = verify_signature(data, signature, now(), party.number, place="signature")
    known = fingerprint(verdict.signer_cert_der)
    if not PartyCertificate.objects.filter(party=party, fingerprint=known, unbound_at=None).exists():
        raise Refusal(NOT_BOUND_HERE)
    return known


def _kept(row: Paper, data: bytes, actor: Actor) -> Paper:
    """File first, row second: a row never points at nothing. Without the row the file goes again."""
    path = put(row.path, data)
    try:
        with transaction.atomic():
            row.save()
            body = {
                "paper": row.public_id, "kind": row.kind, "title": row.title, "sha256": row.sha256,
                "certificate": row.certificate,
            }  # fmt: skip
            subject = f"party:{row.party_id}"
            append_entry(kind="paper.added", subject=subject, body=body, actor=actor, readers="supervisor")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return row


def _facts_blockers(facts: Mapping[str, Any]) -> list[Blocker]:
    if len(json.dumps(facts, ensure_ascii=False, default=str)) <= _LARGEST_FACTS:
        return []
    return [Blocker("paper.facts", gettext_noop("载明事项过长。"), place="facts")]


_NOT_YOURS = [Blocker("paper.not_yours", gettext_noop("只能为本单位添加材料。"))]
