"""Register a platform to exchange with: its address and the certificate it signs with. By the command line, not by a page."""

from cryptography import x509
from django.db import transaction

from prequalified.models import ExchangePeer
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.open_platform_authority import open_platform_authority
from signing.rules.certificates import fingerprint, pem, read_certificates


def add_peer(
    *, code: str, name: str, address: str, certificate: bytes, actor: Actor, active: bool = True
) -> ExchangePeer:
    """New, or the one with this code changed (a new certificate, another address, switched off). Journalled.

    Raises Refusal for a certificate that cannot be read, our own, or another peer's.
    """
    try:
        der = read_certificates(certificate)[0]
        x509.load_der_x509_certificate(der)
    except (ValueError, IndexError) as error:
        raise Refusal(Blocker("peer.certificate", gettext_noop("证书无法读取。"), place="certificate"), 422) from error
    own = der == open_platform_authority().signer.cert_der
    refuse_if(_blockers(code, name, address, der, own), 422)
    with transaction.atomic():
        row = ExchangePeer.objects.select_for_update().filter(code=code).first() or ExchangePeer(
            code=code, added_at=now()
        )
        row.name, row.address, row.certificate, row.active = name, address, pem(der).decode(), active
        row.added_by_id = actor.account_id
        row.save()
        body = {"code": code, "name": name, "address": address, "certificate": fingerprint(der), "active": active}
        append_entry(kind="exchange.peer_set", subject=f"peer:{code}", body=body, actor=actor, readers="supervisor")
    return row


def _blockers(code: str, name: str, address: str, der: bytes, own: bool) -> list[Blocker]:
    found = []
    if not code.replace("-", "").isalnum() or len(code) > 40 or not code.isascii():
        found.append(Blocker("peer.code", gettext_noop("平台代码只用字母、数字和连字符。"), place="code"))
    if not name.strip() or len(name) > 160:
        found.append(Blocker("peer.name", gettext_noop("请填写平台名称。"), place="name"))
    if address and not address.startswith(("https://", "http://")):
        found.append(Blocker("peer.address", gettext_noop("接口地址须以 https:// 或 http:// 开头。"), place="address"))
    others = ExchangePeer.objects.exclude(code=code).values_list("certificate", flat=True)
    if own or pem(der).decode() in set(others):
        message = gettext_noop("该证书属于本平台或另一对端。")
        found.append(Blocker("peer.certificate_taken", message, place="certificate"))
    return found
