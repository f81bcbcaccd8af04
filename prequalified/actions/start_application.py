"""Apply for a new role, or for a change of verified data: a draft beside what is in force (CTS A-07)."""

from django.db import transaction

from prequalified.models import Application, Party, PartyRole, RoleStatus
from prequalified.permissions import LOGIN_NEEDED
from prequalified.rules.details import asked
from prequalified.rules.registration import TERMS_VERSION, role_blockers
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


def start_application(*, role: str, actor: Actor) -> Application:
    """Raises Refusal: a role this kind of party cannot have, one that is suspended, or one with an open application."""
    with transaction.atomic():
        party = Party.objects.select_for_update().filter(pk=actor.party_id or 0).first()
        if party is None:
            raise Refusal(LOGIN_NEEDED, 401)
        held = PartyRole.objects.filter(party=party, role=role).first()
        refuse_if(_blockers(party, role, held))
        held = held or PartyRole.objects.create(party=party, role=role)
        details = asked(role, party.details.get(role, {}))
        application = Application.objects.create(party_role=held, details=details, terms=TERMS_VERSION)
        body = {"role": role, "change": held.was_verified, "application": application.pk}
        subject = f"party:{party.pk}"
        append_entry(kind="application.started", subject=subject, body=body, actor=actor, readers="supervisor")
    return application


def _blockers(party: Party, role: str, held: PartyRole | None) -> list[Blocker]:
    found = role_blockers(party.kind, role)
    if held and held.applications.exclude(status=Application.Status.VERIFIED).exists():
        found.append(Blocker("application.open", gettext_noop("该身份已有一份未办结的申请。"), place="role"))
    if held and held.status == RoleStatus.SUSPENDED:
        found.append(Blocker("role.suspended", gettext_noop("该身份已被暂停，不能变更。"), place="role"))
    return found
