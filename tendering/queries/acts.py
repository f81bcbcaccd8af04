"""What a reader may do with a section now: the buttons of its page. The acts check again for themselves."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from runtime.actor import Actor
from runtime.clock import now
from tendering.models import Notice, Section, SectionState
from tendering.permissions import hosts, is_tenderer, is_trustee, runs, sees_drafts
from tendering.queries.sections import deadline_passed

S = SectionState


@dataclass(frozen=True, slots=True)
class Act:
    """`main`: the next step of the way, shown first."""

    title: str
    url: str
    main: bool = False


def acts_for(actor: Actor, section: Section) -> list[Act]:
    """At most three queries."""
    base, state = f"/sections/{section.code}", section.state
    found: list[Act] = []
    if runs(actor, section):
        found += _runner(section, base)
    if state == S.REVIEW and (is_tenderer(actor, section) or hosts(actor, section)):
        found.append(Act(_("审核招标文件和公告"), f"{base}/review/", main=True))
    if hosts(actor, section) or is_tenderer(actor, section):
        if _waiting_notice(section):
            found.append(Act(_("审核待发布的公告"), f"{base}/review/", main=True))
        if state not in (S.AWARDED, S.TERMINATED):
            found.append(Act(_("异常处理"), f"{base}/exceptions/"))
    if state == S.DRAFT and actor.role == "trustee" and is_trustee(actor, section):
        found.append(Act(_("登记开标公钥"), f"{base}/trustee/", main=True))
    if actor.role == "bidder":
        found += _bidder(section, base)
    if sees_drafts(actor, section) and state in (S.EVALUATED, S.PUBLICITY, S.AWARDED):
        found.append(Act(_("候选人、定标和通知书"), f"{base}/award/", main=state != S.AWARDED))
    return found


def _runner(section: Section, base: str) -> list[Act]:
    state = section.state
    if state == S.DRAFT and section.submitted_at is None:
        return [Act(_("完善并提交标段资料"), f"{base}/edit/", main=True)]
    if state == S.DRAFT:
        return [Act(_("编制招标文件"), f"{base}/document/edit/", main=True)]
    if state == S.PUBLISHED and not deadline_passed(section, now()):
        return [
            Act(_("提问和答复"), f"{base}/questions/"),
            Act(_("编制变更"), f"{base}/amendment/"),
        ]
    if state == S.FAILED:
        return [Act(_("重新招标"), f"{base}/exceptions/", main=True)]
    return []


def _bidder(section: Section, base: str) -> list[Act]:
    state = section.state
    if state == S.PUBLISHED and not deadline_passed(section, now()):
        deliver = [Act(_("制作和密封投标文件"), f"{base}/seal/"), Act(_("递交投标文件"), f"{base}/bids/", main=True)]
        return [*deliver, Act(_("提问和异议"), f"{base}/questions/")]
    if state in (S.PUBLICITY, S.AWARDED):
        return [Act(_("对结果提出异议"), f"{base}/questions/")]
    return []


def _waiting_notice(section: Section) -> bool:
    """A candidates' or result notice between drafting and publication."""
    if section.state not in (S.EVALUATED, S.AWARDED):
        return False
    waiting = (Notice.State.SUBMITTED, Notice.State.APPROVED)
    return section.notices.filter(round=section.round, state__in=waiting).exists()
