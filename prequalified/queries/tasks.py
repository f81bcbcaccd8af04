"""What waits for whom on the parties' floor."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from prequalified.models import Application, PartyCertificate
from prequalified.queries.directory import centres_of
from prequalified.rules.binding import SOON
from runtime.actor import Actor
from runtime.clock import now
from runtime.todo import Task


def tasks(actor: Actor) -> Iterator[Task]:
    """At most four queries, whatever waits."""
    if actor.role == "staff":
        yield from _verifications(actor)
    if actor.party_id is not None:
        yield from _applications(actor.party_id)
        yield from _certificates(actor.party_id)


def _verifications(actor: Actor) -> Iterator[Task]:
    waiting = Application.objects.filter(status="submitted", party_role__party__centre__in=centres_of(actor)).count()
    if waiting:
        title = _("待核验的注册申请：%(count)d 份") % {"count": waiting}
        yield Task(title, "/staff/applications/?status=submitted", otherwise=_("申请人不能办理业务"))


def _applications(party_id: int) -> Iterator[Task]:
    titles = {"refused": _("注册申请被退回，请更正后重新提交"), "draft": _("注册申请尚未提交")}
    rows = Application.objects.filter(party_role__party_id=party_id, status__in=titles).order_by("pk")
    for row in rows:
        yield Task(titles[row.status], f"/registration/{row.pk}/", otherwise=_("该身份或变更的资料不生效"))


def _certificates(party_id: int) -> Iterator[Task]:
    rows = list(PartyCertificate.objects.filter(party_id=party_id, unbound_at=None).order_by("not_after"))
    for row in rows:
        if row.not_after < now() + SOON:
            over = row.not_after <= now()
            title = _("数字证书已过期，请换发并绑定新证书：%(subject)s") if over else _("数字证书即将到期：%(subject)s")
            consequence = "" if over else _("到期后不能登录、递交和签名")
            yield Task(title % {"subject": row.subject[:80]}, "/certificates/", row.not_after, consequence)
    if not rows:
        yield Task(_("尚未绑定数字证书"), "/certificates/", otherwise=_("不能办理业务，只能查看"))
