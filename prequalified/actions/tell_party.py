"""Mail to a party's people after an act has been committed. The to-do list and the pages say the same without any mail."""

import logging
from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from prequalified.models import Account
from runtime.dispatch import after_commit

log = logging.getLogger(__name__)


def tell_party(party_id: int, subject: str, text: str) -> None:
    """In the caller's open transaction; sent once it is committed. `text` is plain, in Chinese, with an address in it."""
    rows = Account.objects.filter(party_id=party_id, is_active=True).exclude(email="")
    tell(rows.values_list("email", flat=True), subject, text)


def tell_staff(centre_id: int, subject: str, text: str) -> None:
    """To everybody who is staff of this centre."""
    rows = Account.objects.filter(
        party__centre_id=centre_id, party__roles__role="staff", party__roles__status="verified", is_active=True
    )
    tell(rows.exclude(email="").values_list("email", flat=True).distinct(), subject, text)


def tell(addresses: Iterable[str], subject: str, text: str) -> None:
    """To each address alone."""
    given = list(addresses)
    messages = [EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address]) for address in given]
    if messages:
        after_commit(lambda: _send(messages))


def _send(messages: list[EmailMessage]) -> None:
    """A mail server that is down must not undo what was decided: the journal and the to-do list stand."""
    try:
        get_connection().send_messages(messages)
    except (OSError, SMTPException):
        log.exception("mail could not be sent")
