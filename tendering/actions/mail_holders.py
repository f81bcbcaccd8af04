"""Mail about a tender: to each addressee alone, plain text, after the act. The pages say the same without any mail."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from prequalified.models import Party
from prequalified.rules.timing import beijing
from runtime.clock import now
from tendering.models import Amendment, Letter
from tendering.queries.sections import holders


def mail_amendment(amendment: Amendment) -> int:
    """Tells every holder of the document. Returns how many mails went out. A second call does nothing; a crash in between
    sends some of them again, which is better than not at all.
    """
    if amendment.published_at is None or amendment.mailed_at is not None:
        return 0
    section, document = amendment.section, amendment.document
    deadline = beijing(amendment.new_deadline) if amendment.new_deadline else ""
    text = (
        f"{section.name}({section.code})的招标文件已变更为第{document.version}版。\n"
        f"变更原因：{amendment.reason}\n投标截止时间：{deadline}\n"
        f"请下载新版本并确认收到：{settings.PUBLIC_URL}/sections/{section.code}/\n"
    )
    parties = {each.party_id: each.party for each in holders(section)}
    sent = _send(f"招标文件变更：{section.name}", text, parties.values())
    Amendment.objects.filter(pk=amendment.pk, mailed_at=None).update(mailed_at=now())
    return sent


def mail_letter(letter: Letter) -> int:
    """Tells the addressee that a letter lies ready. Twice sends it twice."""
    section = letter.section
    text = (
        f"{letter.party.name}：\n{section.name}({section.code})的{letter.get_kind_display()}已经发出，"
        f"请登录下载：{settings.PUBLIC_URL}/sections/{section.code}/\n"
    )
    return _send(f"{letter.get_kind_display()}：{section.name}", text, [letter.party])


def _send(subject: str, text: str, parties: Iterable[Party]) -> int:
    addresses = [
        account.email
        for party in parties
        for account in party.accounts.filter(is_active=True).order_by("pk")
        if account.email
    ]
    messages = [EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address]) for address in addresses]
    return get_connection().send_messages(messages) or 0
