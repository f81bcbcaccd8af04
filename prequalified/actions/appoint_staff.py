"""Staff are made by staff: nobody registers as one. The first of a centre is appointed by whoever founds it."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from prequalified.actions.new_account import account_blockers
from prequalified.models import Account, Centre, Party, PartyRole, Role, RoleStatus
from prequalified.queries.directory import centres_of, name_taken, number_taken
from prequalified.rules import names, uscc
from prequalified.rules.registration import Identity, identity_blockers
from runtime.actor import SYSTEM, Actor
from runtime.clock import now
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


@dataclass(frozen=True)
class Appointment:
    """A person, or the centre itself; the password is good for nothing but reading and binding a certificate."""

    name: str
    number: str
    username: str
    password: str
    centre: str
    kind: str = "person"


def appoint_staff(*, appointment: Appointment, actor: Actor) -> PartyRole:
    """The role, in force at once. Raises Refusal with every fault at once."""
    wanted = appointment
    refuse_if(_blockers(wanted, actor), 422)
    try:
        with transaction.atomic():
            return _write(wanted, actor)
    except IntegrityError:  # the number or the user name was taken between look and write
        refuse_if(_blockers(wanted, actor), 422)
        raise


def _blockers(wanted: Appointment, actor: Actor) -> list[Blocker]:
    number = uscc.normal(wanted.number)
    found = identity_blockers(
        Identity(wanted.kind, wanted.name, number, name_taken(wanted.kind, wanted.name), number_taken(number))
    )
    open_to = Centre.objects.filter(code=wanted.centre)
    if actor.role != SYSTEM.role:
        open_to = open_to.filter(pk__in=centres_of(actor))  # down the tree, never up or across
    if not open_to.exists():
        found.append(
            Blocker("centre.unknown", gettext_noop("没有这个交易中心，或它不在您的中心之下。"), place="centre")
        )
    return found + account_blockers(wanted.username, wanted.password, wanted.name)


def _write(wanted: Appointment, actor: Actor) -> PartyRole:
    centre = Centre.objects.get(code=wanted.centre)
    number = uscc.normal(wanted.number)
    party = Party.objects.create(kind=wanted.kind, name=names.tidy(wanted.name), number=number, centre=centre)
    Account.objects.create_user(
        username=wanted.username.strip(), password=wanted.password, name=party.name, party=party
    )
    row = PartyRole.objects.create(party=party, role=Role.STAFF, status=RoleStatus.VERIFIED, verified_at=now())
    body = {"name": party.name, "number": party.number, "centre": centre.code}
    append_entry(kind="staff.appointed", subject=f"party:{party.pk}", body=body, actor=actor, readers="supervisor")
    return row
