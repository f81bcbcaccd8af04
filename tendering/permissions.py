"""Who may act on what in tendering. Roles are checked by `prequalified.permissions.act`; here stands whose section it is."""

from collections.abc import Iterable

from prequalified.models import Centre
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import Project, Section, SectionState

OPEN_STATES = frozenset(set(SectionState) - {SectionState.DRAFT, SectionState.REVIEW})


def project_of(thing: Project | Section) -> Project:
    return thing if isinstance(thing, Project) else thing.tendering_project.project


def is_tenderer(actor: Actor, thing: Project | Section) -> bool:
    return actor.role == "tenderer" and actor.party_id == project_of(thing).tenderer_id


def is_agency(actor: Actor, thing: Project | Section) -> bool:
    project = project_of(thing)
    return actor.role == "agency" and project.agency_id is not None and actor.party_id == project.agency_id


def runs(actor: Actor, thing: Project | Section) -> bool:
    """The tenderer itself or the agency it appointed."""
    return is_tenderer(actor, thing) or is_agency(actor, thing)


def within(centre: Centre, code: str) -> bool:
    """Whether `code` names the centre or one above it: authority goes down the tree, never up or across."""
    step: Centre | None = centre
    seen: set[int] = set()
    while step is not None and step.pk not in seen:
        if step.code == code:
            return True
        seen.add(step.pk)
        step = step.parent
    return False


def hosts(actor: Actor, thing: Project | Section) -> bool:
    """Staff of the centre or of a centre above it."""
    return actor.role == "staff" and bool(actor.centre) and within(project_of(thing).centre, actor.centre)


def supervises(actor: Actor, thing: Project | Section) -> bool:
    return actor.role == "supervisor" and bool(actor.centre) and within(project_of(thing).centre, actor.centre)


def is_trustee(actor: Actor, section: Section) -> bool:
    return (
        actor.role == "trustee"
        and actor.party_id is not None
        and section.trustees.filter(party_id=actor.party_id).exists()
    )


def sees_drafts(actor: Actor, thing: Project | Section) -> bool:
    return runs(actor, thing) or hosts(actor, thing) or supervises(actor, thing)


def sees_section(actor: Actor, section: Section) -> bool:
    """Published sections are everybody's; before that those who work on it, and its trustees, who must register."""
    return (
        (section.state in OPEN_STATES and section.published_at is not None)
        or sees_drafts(actor, section)
        or is_trustee(actor, section)
    )


def demand(allowed: bool) -> None:
    """Refuse, without saying more about a thing that is not the actor's."""
    if not allowed:
        raise Refusal(not_yours(), status=403)


def bidding_party(actor: Actor) -> int:
    """The key of the party that acts as a bidder; refuses everybody else."""
    demand(actor.role == "bidder" and actor.party_id is not None)
    return actor.party_id or 0


def not_yours() -> Blocker:
    return Blocker(
        "section.not_yours",
        gettext_noop("您的角色无权对此项目进行此操作"),
        rule="20号令 49",
        remedy=gettext_noop("请以有权限的主体登录，或切换角色"),
    )


def demand_role(actor: Actor, roles: Iterable[str]) -> None:
    if actor.role not in set(roles):
        raise Refusal(Blocker("role.not_allowed", gettext_noop("当前角色不能进行此操作")), status=403)
