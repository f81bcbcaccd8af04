"""Who may do what in an evaluation. Roles are checked at the edge; here stands whose committee it is."""

from evaluation.models import Committee, CommitteeMember, Expert
from prequalified.models import Party
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import Section, SectionState
from tendering.permissions import hosts, is_tenderer, supervises, within

# With the result the names of the members become public (招标投标法 37).
RESULT_OUT = frozenset({SectionState.PUBLICITY, SectionState.AWARDED})
EVALUATOR_ROLES = frozenset({"evaluator", "tenderer"})


def member_of(actor: Actor, committee: Committee) -> CommitteeMember | None:
    """The actor's own seat, standing or not. A tenderer's representative sits with the account's party of a person."""
    if actor.role not in EVALUATOR_ROLES or actor.party_id is None:
        return None
    return committee.members.filter(party_id=actor.party_id).select_related("party", "venue").first()


def demand_member(actor: Actor, committee: Committee) -> CommitteeMember:
    member = member_of(actor, committee)
    if member is None:
        # The same answer for a room that exists and one that does not: who sits where is secret.
        raise Refusal(not_a_member(), status=403)
    return member


def may_watch(actor: Actor, committee: Committee) -> bool:
    """Members, the host and the supervisor. What each of them sees is `queries.rooms`."""
    member = member_of(actor, committee)
    if member is not None:
        return member.status == CommitteeMember.Status.STANDING
    return hosts(actor, committee.section) or supervises(actor, committee.section)


def sees_names(actor: Actor, committee: Committee) -> bool:
    """Members among themselves and the supervisor; everybody else, staff included, only with the result (A-134)."""
    if committee.section.state in RESULT_OUT or supervises(actor, committee.section):
        return True
    member = member_of(actor, committee)
    return member is not None and member.status == CommitteeMember.Status.STANDING and bool(member.signed_in_at)


def sees_inside(actor: Actor, committee: Committee) -> bool:
    """Who may see bids and, once all is in, scores: standing members and the supervisor."""
    if supervises(actor, committee.section):
        return True
    member = member_of(actor, committee)
    return member is not None and member.status == CommitteeMember.Status.STANDING


def demand_host(actor: Actor, section: Section) -> None:
    if not hosts(actor, section):
        raise Refusal(_not_yours(gettext_noop("只有本项目交易中心的工作人员可以进行此操作")), status=403)


def demand_supervisor(actor: Actor, section: Section) -> None:
    if not supervises(actor, section):
        raise Refusal(_not_yours(gettext_noop("只有本项目的监督人员可以进行此操作")), status=403)


def demand_tenderer(actor: Actor, section: Section) -> None:
    if not is_tenderer(actor, section):
        raise Refusal(_not_yours(gettext_noop("只有招标人可以进行此操作")), status=403)


def demand_chair(member: CommitteeMember, committee: Committee) -> None:
    if committee.chair_id != member.pk:
        raise Refusal(_not_yours(gettext_noop("只有评标委员会组长可以进行此操作")), status=403)


def demand_expert_base(actor: Actor, expert: Expert) -> None:
    """Staff of the expert's centre or of one above it."""
    if actor.role != "staff" or not within(expert.centre, actor.centre):
        raise Refusal(_not_yours(gettext_noop("只有专家所属交易中心的工作人员可以进行此操作")), status=403)


def demand_nominator(actor: Actor, party: Party) -> None:
    """A person for himself or herself, or staff of the person's centre or of one above it."""
    staff = actor.role == "staff" and within(party.centre, actor.centre)
    if actor.party_id != party.pk and not staff:
        raise Refusal(_not_yours(gettext_noop("只有本人或所属交易中心的工作人员可以申报")), status=403)


def not_a_member() -> Blocker:
    return Blocker("room.not_a_member", gettext_noop("您不是本项目评标委员会成员"), "条例 48")


def _not_yours(message: str) -> Blocker:
    return Blocker("room.not_yours", message)
