"""Where a party stands: its roles, what is in force, what is missing, and the steps of a registration."""

from typing import Any

from django.utils.translation import gettext as _

from prequalified.models import Application, Party, PartyCertificate, PartyRole
from prequalified.rules.details import DETAILS, blockers
from prequalified.rules.registration import OPEN_ROLES, role_blockers
from runtime.spoken import spoken


def standings_of(party_id: int) -> list[dict[str, Any]]:
    """A role each: `role`, `facts` in force as (label, value), the open `application` and what it still misses."""
    roles = PartyRole.objects.filter(party_id=party_id).select_related("party").order_by("id")
    waiting = Application.objects.filter(party_role__party_id=party_id).exclude(status="verified")
    open_ones = {row.party_role_id: row for row in waiting}
    found = []
    for role in roles:
        told = role.party.details.get(role.role, {})
        application = open_ones.get(role.pk)
        found.append(
            {
                "role": role,
                "facts": [(_(detail.label), told[detail.key]) for detail in DETAILS[role.role] if told.get(detail.key)],
                "application": application,
                "missing": spoken(blockers(role.role, application.details)) if application else [],
            }
        )
    return found


def open_roles_of(party_id: int) -> list[str]:
    """The roles this party may apply for, or change."""
    party = Party.objects.filter(pk=party_id).first()
    return [role for role in OPEN_ROLES if party and not role_blockers(party.kind, role)]


def steps_of(application: Application | None) -> list[dict[str, Any]]:
    """Registration as a line of steps for `config/_life.html`: account, details, verification, certificate."""
    titles = [_("注册账户"), _("填写资料"), _("提交核验"), _("核验通过"), _("绑定证书")]
    done = _done(application)
    states = ["done" if at < done else "now" if at == done else "next" for at in range(len(titles))]
    return [{"title": title, "state": state} for title, state in zip(titles, states, strict=True)]


def _done(application: Application | None) -> int:
    """How many of the steps are behind."""
    if application is None:
        return 0
    if application.open_to_change:
        return 1
    if application.status == Application.Status.SUBMITTED:
        return 3
    party_id = application.party_role.party_id
    return 5 if PartyCertificate.objects.filter(party_id=party_id, unbound_at=None).exists() else 4
