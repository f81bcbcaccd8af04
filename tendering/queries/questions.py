"""Questions, objections and holders as each reader may see them: who stands behind them is secret until the deadline."""

from typing import Any

from django.db.models import QuerySet

from prequalified.rules.timing import beijing
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import Objection, Question, Section
from tendering.permissions import hosts, runs, sees_drafts, supervises
from tendering.queries.sections import deadline_passed, holders
from tendering.rules.objections import DOCUMENT


def sees_names(actor: Actor, section: Section) -> bool:
    """Those who work on the section, once the deadline has passed (20号令 21)."""
    return sees_drafts(actor, section) and deadline_passed(section, now())


def questions_seen(section: Section, actor: Actor) -> QuerySet[Question]:
    """A bidder its own; who runs the tender all of them, for it must answer; centre and supervisor after the deadline."""
    rows = section.questions.filter(round=section.round).select_related("asker", "notice").order_by("asked_at", "pk")
    if runs(actor, section) or sees_names(actor, section):
        return rows
    return rows.filter(asker_id=actor.party_id) if actor.role == "bidder" and actor.party_id else rows.none()


def objections_seen(section: Section, actor: Actor) -> QuerySet[Objection]:
    """As questions; objections to the result are open to centre and supervisor at once."""
    rows = section.objections.filter(round=section.round).select_related("party").order_by("filed_at", "pk")
    if runs(actor, section) or sees_names(actor, section):
        return rows
    if hosts(actor, section) or supervises(actor, section):
        return rows.exclude(about=DOCUMENT)
    return rows.filter(party_id=actor.party_id) if actor.role == "bidder" and actor.party_id else rows.none()


def question_data(question: Question, actor: Actor) -> dict[str, Any]:
    section = question.section
    own = actor.role == "bidder" and actor.party_id == question.asker_id
    named = own or sees_names(actor, section)
    return {
        "id": question.public_id,
        "text": question.text,
        "asked_at": stamp(question.asked_at),
        "asker": question.asker.name if named else None,
        "restated": question.restated,
        "answer": question.answer,
        "answered_at": stamp(question.answered_at) if question.answered_at else None,
        "notice": question.notice.public_id if question.notice else None,
    }


def objection_data(objection: Objection, actor: Actor) -> dict[str, Any]:
    section = objection.section
    own = actor.role == "bidder" and actor.party_id == objection.party_id
    open_name = objection.about != DOCUMENT and sees_drafts(actor, section)
    return {
        "id": objection.public_id,
        "about": objection.about,
        "text": objection.text,
        "filed_at": stamp(objection.filed_at),
        "answer_by": stamp(objection.answer_by),
        "rule": objection.rule,
        "party": objection.party.name if own or open_name or sees_names(actor, section) else None,
        "answer": objection.answer,
        "upheld": objection.upheld,
        "answered_at": stamp(objection.answered_at) if objection.answered_at else None,
        "late": bool(objection.answered_at and objection.answered_at >= objection.answer_by),
    }


def holders_seen(section: Section, actor: Actor) -> list[dict[str, Any]]:
    """Who took which version and confirmed it, for those who work on the section. Refuses before the deadline, whether
    there are any or none (CTS A-68, A-86)."""
    if not sees_drafts(actor, section):
        raise Refusal(Blocker("section.not_yours", gettext_noop("您的角色无权对此项目进行此操作")), status=403)
    if not sees_names(actor, section):
        until = beijing(section.deadline) if section.deadline else "—"
        message = gettext_noop("投标截止时间(%(until)s)之前，任何人不得知悉下载招标文件的单位名称和数量")
        raise Refusal(Blocker("holders.secret", message, rule="20号令 21", params={"until": until}), status=403)
    return [
        {
            "name": each.party.name,
            "number": each.party.number,
            "version": each.document.version,
            "downloaded_at": stamp(each.downloaded_at),
            "confirmed_at": stamp(each.confirmed_at) if each.confirmed_at else None,
        }
        for each in holders(section)
    ]


def question_seen(public_id: str, actor: Actor) -> Question:
    question = (
        Question.objects.select_related("section__tendering_project__project__centre", "asker", "notice")
        .filter(public_id=public_id)
        .first()
    )
    if question is None or not questions_seen(question.section, actor).filter(pk=question.pk).exists():
        raise Refusal(Blocker("question.not_found", gettext_noop("没有这个问题")), status=404)
    return question


def objection_seen(public_id: str, actor: Actor) -> Objection:
    objection = (
        Objection.objects.select_related("section__tendering_project__project__centre", "party")
        .filter(public_id=public_id)
        .first()
    )
    if objection is None or not objections_seen(objection.section, actor).filter(pk=objection.pk).exists():
        raise Refusal(Blocker("objection.not_found", gettext_noop("没有这件异议")), status=404)
    return objection
