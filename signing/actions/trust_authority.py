"""Which CAs the platform accepts, decided by staff and written in the journal."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ValidationError
from django.db import transaction

from runtime.actor import Actor
from runtime.clock import stamp
from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.actions.append_entry import append_entry
from signing.models import TrustedAuthority
from signing.rules.certificates import ANY_PLACE, NumberRule, pem

_RULE = "电子签名法 16-18"


def trust_authority(
    *,
    name: str,
    certificates: Iterable[bytes],
    actor: Actor,
    number_rule: NumberRule = ANY_PLACE,
    crls: Iterable[bytes] = (),
    crl_urls: Iterable[str] = (),
    valid_from: dt.datetime | None = None,
    valid_until: dt.datetime | None = None,
) -> TrustedAuthority:
    """Accept a CA: DER certificates (a self-signed root among them) and DER lists. Journalled.

    Raises Refusal `authority.unfit` when no root is among the certificates or a name stands already.
    """
    authority = TrustedAuthority(
        name=name,
        certificates="".join(pem(der).decode() for der in certificates),
        crls=as_pem(crls),
        crl_urls="\n".join(crl_urls),
        number_rule=number_rule.as_data(),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    with transaction.atomic():
        try:
            authority.full_clean()
        except ValidationError as error:
            raise Refusal(_unfit(error)) from error
        authority.save()
        _journal("authority.trusted", authority, actor, {"number_rule": number_rule.as_data()})
    return authority


def withdraw_authority(*, authority: TrustedAuthority, at: dt.datetime, actor: Actor) -> None:
    """From `at` on nothing that the CA issued is accepted; what was signed before stays good. Journalled.

    Raises Refusal `authority.withdrawn` when it was withdrawn before.
    """
    with transaction.atomic():
        row = TrustedAuthority.objects.select_for_update().get(pk=authority.pk)
        if row.withdrawn_at is not None:
            raise Refusal(Blocker("authority.withdrawn", gettext_noop("该机构的互认已经撤销。"), _RULE))
        row.withdrawn_at = at
        row.save()
        _journal("authority.withdrawn", row, actor, {"withdrawn_at": stamp(at)})
    authority.refresh_from_db()


def as_pem(crls: Iterable[bytes]) -> str:
    return "".join(x509.load_der_x509_crl(der).public_bytes(Encoding.PEM).decode() for der in crls)


def _journal(kind: str, authority: TrustedAuthority, actor: Actor, body: Mapping[str, Any]) -> None:
    append_entry(
        kind=kind,
        subject=f"authority:{authority.pk}",
        body={"name": authority.name, "certificates_sha256": authority.digest(), **body},
        actor=actor,
    )


def _unfit(error: ValidationError) -> list[Blocker]:
    return [
        Blocker("authority.unfit", message.replace("%", "%%"), _RULE, place=field if field != "__all__" else "")
        for field, messages in error.message_dict.items()
        for message in messages
    ]
