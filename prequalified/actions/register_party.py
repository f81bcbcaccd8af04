"""Register: an account, the party it acts for, and a first application in one role (CTS A-01..35)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import IntegrityError, transaction

from prequalified.actions.ask_gate import ask_gate_for_number
from prequalified.actions.new_account import account_blockers
from prequalified.models import Account, Application, Centre, Party, PartyRole, Sanction
from prequalified.queries.directory import name_taken, number_taken
from prequalified.rules import details, names, uscc
from prequalified.rules.registration import OPEN_ROLES, TERMS_VERSION, Identity, registration_blockers
from runtime.actor import Actor, Source
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


@dataclass(frozen=True)
class Registration:
    kind: str
    name: str
    number: str
    role: str
    centre: str
    username: str
    password: str
    contact: str
    terms_accepted: bool
    details: Mapping[str, str] = field(default_factory=dict)


def register_party(*, registration: Registration, source: Source) -> Application:
    """The draft application. Raises Refusal with every fault at once: terms, name, number, user name, password."""
    wanted = registration
    refuse_if(_blockers(wanted), 422)
    try:
        with transaction.atomic():
            return _write(wanted, source)
    except IntegrityError:  # somebody else took the name or number between look and write
        refuse_if(_blockers(wanted), 422)
        raise


def _blockers(wanted: Registration) -> list[Blocker]:
    number = uscc.normal(wanted.number)
    identity = Identity(wanted.kind, wanted.name, number, name_taken(wanted.kind, wanted.name), number_taken(number))
    found = registration_blockers(identity, wanted.role, wanted.terms_accepted)
    if not Centre.objects.filter(code=wanted.centre).exists():
        found.append(Blocker("centre.unknown", gettext_noop("请选择注册的交易中心。"), place="centre"))
    if wanted.role in OPEN_ROLES:
        found += details.size_blockers(wanted.role, details.asked(wanted.role, wanted.details))
    return found + account_blockers(wanted.username, wanted.password, wanted.contact)


def _write(wanted: Registration, source: Source) -> Application:
    centre = Centre.objects.get(code=wanted.centre)
    party = Party.objects.create(
        kind=wanted.kind, name=names.tidy(wanted.name), number=uscc.normal(wanted.number), centre=centre
    )
    account = Account.objects.create_user(
        username=wanted.username.strip(), password=wanted.password, name=wanted.contact.strip(), party=party
    )
    role = PartyRole.objects.create(party=party, role=wanted.role)
    told = details.asked(wanted.role, wanted.details)
    application = Application.objects.create(party_role=role, details=told, terms=TERMS_VERSION)
    actor = Actor("citizen", party.name, account.pk, party.pk, party.number, centre.code, source)
    body = {"name": party.name, "number": party.number, "role": wanted.role, "terms": TERMS_VERSION}
    append_entry(kind="party.registered", subject=f"party:{party.pk}", body=body, actor=actor, readers="supervisor")
    # Entries of lists taken in before now mean this party from now on. They are shown to the staff, they keep nobody from
    # registering (20号令 20).
    Sanction.objects.filter(number=party.number, party=None).update(party=party)
    # Archived by name and number: the answer stays when the registration turns out to be somebody else's and is released.
    who, about = replace(actor, account_id=None, party_id=None), f"application:{application.pk}"
    ask_gate_for_number(gate="register", name=party.name, number=party.number, actor=who, subject=about)
    return application
