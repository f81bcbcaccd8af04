"""Real parties for tests: two certificate authorities, verified roles, bound certificates, log-in by every way."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from django.test import Client

from prequalified.actions.bind_certificate import readable
from prequalified.models import Account, Centre, Party, PartyCertificate, PartyRole, RoleStatus
from prequalified.queries.actors import actor_of
from runtime.actor import SYSTEM, Actor, Source
from runtime.clock import now
from signing.actions.trust_authority import trust_authority
from signing.models import TrustedAuthority
from signing.rules.certificates import fingerprint
from signing.rules.demo_ca import DemoCA, make_ca
from signing.rules.signing_key import SigningKey

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PASSPHRASE = "correct horse battery"
PASSWORD = "a long enough pass phrase"


def uscc(serial: int) -> str:
    """A valid unified social credit code (GB 32100-2015) made from a serial number."""
    body = f"91110000{serial:09d}"
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + ALPHABET[-total % 31]


def demo_ca(suite: str = "rsa") -> DemoCA:
    """One CA a suite and process: keys are slow to make."""
    return _kept_ca(suite)  # cached by position: a default and a named argument must give the same CA


@cache
def _kept_ca(suite: str) -> DemoCA:
    return make_ca(f"测试认证机构 {suite}", suite)


def trust(*suites: str) -> None:
    """Accept the test authorities on this platform."""
    for suite in suites or ("rsa", "ecdsa"):
        authority = demo_ca(suite).authority()
        if not TrustedAuthority.objects.filter(name=authority.name).exists():
            trust_authority(
                name=authority.name,
                certificates=[*authority.anchors, *authority.intermediates],
                crls=authority.crls,
                number_rule=authority.number_rule,
                actor=SYSTEM,
            )


def make_centre(code: str = "demo", **more) -> Centre:
    fields = {"name": f"示范市公共资源交易中心 {code}", "region": "110000", "demonstration": True, **more}
    return Centre.objects.get_or_create(code=code, defaults=fields)[0]


@dataclass
class PartyKit:
    party: Party
    account: Account
    signing_key: SigningKey
    roles: list[str] = field(default_factory=list)

    @property
    def cert_der(self) -> bytes:
        return self.signing_key.cert_der

    @property
    def p12(self) -> bytes:
        return self.signing_key.to_p12(PASSPHRASE, self.party.name)

    def actor(self, role: str = "", certificate: bool = True) -> Actor:
        """As the edge makes it. `certificate=False`: in that role all the same, to see an action refuse by itself."""
        role = role or self.roles[0]
        source = Source("127.0.0.1", "test", fingerprint(self.cert_der) if certificate else "")
        actor = actor_of(self.account, role, source)
        return actor if certificate else replace(actor, role=role)


def bind(party: Party, key: SigningKey) -> PartyCertificate:
    certificate = key.certificate
    return PartyCertificate.objects.create(
        party=party, fingerprint=fingerprint(key.cert_der), der=key.cert_der, bound_at=now(), holder=party.name,
        subject=readable(certificate.subject), issuer=readable(certificate.issuer),
        serial=f"{certificate.serial_number:x}", not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )  # fmt: skip


def make_party(
    name: str,
    number: str | int,
    roles: Iterable[str] = ("bidder",),
    suite: str = "rsa",
    centre: Centre | None = None,
    kind: str = "organisation",
    key: SigningKey | None = None,
) -> PartyKit:
    """A verified party with a bound certificate of the CA of `suite`; `number` may be a serial for `uscc`."""
    number = uscc(number) if isinstance(number, int) else number
    party = Party.objects.create(name=name, number=number, centre=centre or make_centre(), kind=kind)
    account = Account.objects.create_user(username=number, password=PASSWORD, name=name, party=party)
    for role in roles:
        PartyRole.objects.create(party=party, role=role, status=RoleStatus.VERIFIED, verified_at=now())
    key = key or demo_ca(suite).issue(name, number, kind=kind)
    bind(party, key)
    trust(suite)
    return PartyKit(party, account, key, list(roles))


def log_in(client: Client, kit: PartyKit, role: str = "", certificate: bool = True) -> Client:
    """Put the client into the state after a log-in (the log-in itself has tests of its own)."""
    client.force_login(kit.account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["role"] = role or kit.roles[0]
    session["certificate"] = fingerprint(kit.cert_der) if certificate else ""
    session.save()
    return client
