"""Set the name and number of a registration free that never was verified: an impostor must not keep the true owner out."""

from django.db import transaction
from django.db.models import ProtectedError, Q

from prequalified.models import Account, Application, IncomingRecord, Party, Person, Sanction
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


def release_registration(*, party_id: int, reason: str, actor: Actor) -> None:
    """Raises Refusal for a party that has, or had, a verified role or a certificate, and without a reason."""
    try:
        with transaction.atomic():
            rows = Party.objects.filter(centre__in=centres_of(actor)).select_for_update(of=("self",))
            party = rows.filter(pk=party_id).first()
            if party is None:
                raise Refusal(Blocker("party.unknown", gettext_noop("没有这个主体。")), 404)
            refuse_if(_blockers(party, reason))
            body = {"name": party.name, "number": party.number, "reason": reason.strip()[:4000]}
            subject = f"party:{party.pk}"
            append_entry(kind="party.released", subject=subject, body=body, actor=actor, readers="supervisor")
            _delete(party)
    except ProtectedError as error:  # somebody relies on it already
        raise Refusal(_IN_FORCE) from error


def _delete(party: Party) -> None:
    """With what it entered about its people, which nobody verified: that must not keep the true owner out either."""
    unverified = (Person.Status.DRAFT, Person.Status.SUBMITTED, Person.Status.REFUSED)
    Person.objects.filter(party=party, status__in=unverified).delete()
    confirmed = IncomingRecord.State.CONFIRMED
    IncomingRecord.objects.filter(party=party).exclude(state=confirmed).update(party=None)
    Sanction.objects.filter(party=party).update(party=None)  # they mean whoever bears the number
    Application.objects.filter(party_role__party=party).delete()
    party.roles.all().delete()
    Account.objects.filter(party=party).delete()
    party.delete()


def _blockers(party: Party, reason: str) -> list[Blocker]:
    found = []
    if not reason.strip():
        found.append(Blocker("reason.missing", gettext_noop("请写明原因。"), place="reason"))
    standing = party.roles.filter(Q(verified_at__isnull=False) | Q(status__in=("verified", "suspended")))
    return [*found, _IN_FORCE] if standing.exists() or party.certificates.exists() else found


_IN_FORCE = Blocker(
    "party.in_force",
    gettext_noop("该主体曾通过核验或绑定过证书，不能注销注册，只能暂停。"),
    "CTS-EBS01 A-08",
)
