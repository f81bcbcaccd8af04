"""Fill in or correct an application. While it is under verification it is locked (CTS A-06, A-08)."""

from collections.abc import Mapping

from django.db import transaction

from prequalified.actions.lock_application import lock_own
from prequalified.models import Application, Party
from prequalified.queries.directory import name_taken
from prequalified.rules import details as told
from prequalified.rules import names
from prequalified.rules.registration import move_blockers, name_blockers
from runtime.actor import Actor
from runtime.refusal import Blocker, refuse_if


def edit_application(
    *, application_id: int, details: Mapping[str, str], actor: Actor, name: str | None = None
) -> Application:
    """Replace the details of a draft or refused application; keys that the role does not ask for are dropped.

    `name` proposes a new name for the party; None leaves the proposal as it stands, the present name takes it back.
    What is in force changes only when the application is verified.
    """
    with transaction.atomic():
        application = lock_own(application_id, actor)
        role, party = application.party_role.role, application.party_role.party
        told_now = told.asked(role, details)
        refuse_if(move_blockers(application.status, "edit"))
        refuse_if(told.size_blockers(role, told_now) + proposed_name_blockers(party, name or ""), 422)
        application.details = told_now
        if name is not None:
            application.name = "" if names.tidy(name) == party.name else names.tidy(name)
        application.save(update_fields=["details", "name"])
    return application


def proposed_name_blockers(party: Party, name: str) -> list[Blocker]:
    """Why the party cannot be renamed so; nothing for the empty name, which changes nothing."""
    return name_blockers(name, name_taken(party.kind, name, besides=party.pk)) if name.strip() else []
