"""Tell holders that a bound certificate expires: 30, 7 and 1 day before, by plain mail and in the journal (CTS A-13).

The to-do list says the same without any mail.
"""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.models import PartyCertificate
from prequalified.rules.binding import SOON, announcement_due
from runtime.actor import SYSTEM
from runtime.clock import BEIJING, now, stamp
from signing.actions.append_entry import append_entry


def announce_expiry() -> int:
    """How many certificates were announced. A second call finds nothing due; a crash after the mail sends it once more."""
    moment = now()
    rows = PartyCertificate.objects.filter(unbound_at=None, not_after__gt=moment, not_after__lte=moment + SOON)
    due = [row for row in rows if announcement_due(row.not_after, row.expiry_announced_at, moment)]
    for row in due:
        _mail(row)
        _record(row)
    return len(due)


def _mail(row: PartyCertificate) -> None:
    """Outside the transaction: a mail server may be slow."""
    addresses = row.party.accounts.filter(is_active=True).exclude(email="").values_list("email", flat=True)
    with override(settings.LANGUAGE_CODE):
        subject = _("数字证书即将到期：%(name)s") % {"name": row.party.name}
        text = _text(row)
    messages = [EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address]) for address in addresses]
    get_connection().send_messages(messages)


def _text(row: PartyCertificate) -> str:
    until = row.not_after.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    sentence = _(
        "%(name)s：\n\n贵单位绑定的数字证书将于 %(until)s（北京时间）到期，到期后不能登录、递交和签名。\n"
        "持有人：%(subject)s\n签发机构：%(issuer)s\n\n请及时换发证书，并在平台绑定新证书：\n%(address)s\n"
    )
    address = f"{settings.PUBLIC_URL}/certificates/"
    return sentence % {
        "name": row.party.name, "until": until, "subject": row.subject, "issuer": row.issuer, "address": address,
    }  # fmt: skip


def _record(row: PartyCertificate) -> None:
    with transaction.atomic():
        PartyCertificate.objects.filter(pk=row.pk).update(expiry_announced_at=now())
        body = {"certificate": row.fingerprint, "not_after": stamp(row.not_after)}
        subject = f"party:{row.party_id}"
        append_entry(kind="certificate.expiring", subject=subject, body=body, actor=SYSTEM, readers="supervisor")
