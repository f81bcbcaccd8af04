"""Staff publish what was approved: each kind of notice by its own act."""

from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.actions.publish_candidates import publish_candidates
from tendering.actions.publish_notice import publish_notice
from tendering.actions.publish_result import publish_result
from tendering.models import Notice

Kind = Notice.Kind


def publish_by_kind(*, notice: Notice, actor: Actor) -> Notice:
    """Raises Refusal for kinds that are published by their own acts (amendments, answers, failures)."""
    if notice.kind == Kind.TENDER:
        publish_notice(notice=notice, actor=actor)
        return notice
    if notice.kind == Kind.CANDIDATES:
        return publish_candidates(notice=notice, actor=actor)
    if notice.kind == Kind.RESULT:
        return publish_result(notice=notice, actor=actor)
    raise Refusal(Blocker("notice.wrong_kind", gettext_noop("此类公告由相应的操作自动发布")))
