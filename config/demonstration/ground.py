"""What an operator installs before anybody can use a platform: centre, accepted authorities, first member of staff, rule sets.

Done once, in the database; everything after it goes over HTTP and sockets like everybody's doings.
"""

import datetime as dt
from pathlib import Path

from config.demonstration.cast import CENTRE, EXPERTS, PASSPHRASE, SPECIALTIES, STAFF, VENUES, Part
from evaluation.models import Specialty, Venue
from prequalified.models import Account, Centre, Party, PartyCertificate, PartyRole, RoleStatus
from runtime.actor import SYSTEM
from runtime.clock import now
from signing.actions.open_platform_authority import open_platform_authority
from signing.actions.refresh_crls import refresh_crls
from signing.actions.trust_authority import trust_authority
from signing.models import TrustedAuthority
from signing.rules import demo_ca
from signing.rules.certificates import fingerprint
from signing.rules.demo_ca import DemoCA
from signing.rules.signing_key import SigningKey
from tendering.actions.load_rule_sets import load_rule_sets

AUTHORITIES = {"rsa": "示范数字证书认证中心甲", "ecdsa": "示范数字证书认证中心乙"}


class Ground:
    """The installation, below `home`: authorities with their keys, everybody's .p12, the anchors a verifier trusts."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.people, self.anchors = home / "people", home / "anchors"
        for folder in (self.people, self.anchors):
            folder.mkdir(parents=True, exist_ok=True)
        self.authorities = {suite: self._authority(suite) for suite in AUTHORITIES}

    def _authority(self, suite: str) -> DemoCA:
        folder = self.home / f"ca-{suite}"
        if (folder / "ca.json").exists():
            return demo_ca.load(folder)
        made = demo_ca.make_ca(AUTHORITIES[suite], suite)
        folder.mkdir(parents=True, exist_ok=True)
        demo_ca.save(made, folder)
        return made

    def certificate(self, part: Part, key: str = "") -> tuple[Path, SigningKey]:
        """The holder's .p12 (made on first use) and what is in it."""
        path = self.people / f"{key or part.key}.p12"
        if not path.exists():
            issued = self.authorities[part.suite].issue(part.name, part.number, kind=part.kind)
            path.write_bytes(issued.to_p12(PASSPHRASE, part.name))
            path.chmod(0o600)
        return path, SigningKey.from_p12(path.read_bytes(), PASSPHRASE)

    def install(self) -> None:
        """Idempotent: what stands already is left as it is."""
        load_rule_sets()
        centre = self._centre()
        for authority in self.authorities.values():
            self._trust(authority)
        self._staff(centre)
        self._venues(centre)
        self.write_anchors()

    def _centre(self) -> Centre:
        fields = {**CENTRE, "demonstration": True}
        return Centre.objects.get_or_create(code=fields.pop("code"), defaults=fields)[0]

    def _trust(self, authority: DemoCA) -> None:
        if not TrustedAuthority.objects.filter(name=authority.name).exists():
            facts = authority.authority()
            trust_authority(
                name=authority.name,
                certificates=[*facts.anchors, *facts.intermediates],
                crls=facts.crls,
                number_rule=facts.number_rule,
                actor=SYSTEM,
            )

    def _staff(self, centre: Centre) -> None:
        if Party.objects.filter(number=STAFF.number).exists():
            return
        _, key = self.certificate(STAFF)
        party = Party.objects.create(name=STAFF.name, number=STAFF.number, centre=centre)
        account = Account.objects.create_user(username=STAFF.key, password=PASSPHRASE, name=STAFF.name, party=party)
        for role in STAFF.roles:
            PartyRole.objects.create(party=party, role=role, status=RoleStatus.VERIFIED, verified_at=now())
        certificate = key.certificate
        PartyCertificate.objects.create(
            party=party, fingerprint=fingerprint(key.cert_der), der=key.cert_der, bound_at=now(), bound_by=account,
            subject=certificate.subject.rfc4514_string(), issuer=certificate.issuer.rfc4514_string(),
            serial=f"{certificate.serial_number:x}", not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )  # fmt: skip

    def _venues(self, centre: Centre) -> None:
        for code, name in SPECIALTIES.items():
            Specialty.objects.get_or_create(code=code, defaults={"name": name})
        for code, (name, region) in VENUES.items():
            Venue.objects.get_or_create(code=code, defaults={"name": name, "region": region, "centre": centre})

    def revoke_yesterday(self, part: Part, key: SigningKey) -> None:
        """The CA revokes a certificate as of yesterday and publishes a new list, which the platform takes over."""
        authority = self.authorities[part.suite]
        demo_ca.revoke(authority, key.cert_der, now() - dt.timedelta(days=1))
        demo_ca.save(authority, self.home / f"ca-{part.suite}")
        row = TrustedAuthority.objects.get(name=authority.name)
        refresh_crls(authority=row, crls=authority.crls())
        self.write_anchors()

    def write_anchors(self) -> None:
        """The folder for `--anchors`: both CAs and the platform's own root, with their lists."""
        for suite, authority in self.authorities.items():
            demo_ca.write_public(authority, self.anchors, f"{suite}-")
        identity = open_platform_authority()
        (self.anchors / "platform-root.cer").write_bytes(identity.root.der)
        for row in TrustedAuthority.objects.filter(local=True):
            for number, der in enumerate(row.as_authority().crls):
                (self.anchors / f"platform-{number}.crl").write_bytes(der)


def home_region(part: Part) -> str:
    """Experts live in the two venues' regions by turns."""
    regions = [region for _, region in VENUES.values()]
    return regions[EXPERTS.index(part) % len(regions)]
