"""The signed next version takes the place of the one in force; all holders are told (T21; 87-27; CTS A-83 to A-85)."""

from celery import current_app
from django.db import transaction

from prequalified.rules.timing import beijing
from runtime.actor import Actor
from runtime.clock import now, read_stamp, stamp
from runtime.dispatch import after_commit
from runtime.outbox import announce
from runtime.refusal import Blocker, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.release_notice import release_notice
from tendering.models import Amendment, Notice, Section, TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.documents import document_in_force
from tendering.queries.rule_sets import calendar, rules_for
from tendering.rules import lifecycle, questions
from tendering.rules.differences import differences, fixed_blockers
from tendering.rules.drafting import state_blockers
from tendering.rules.schedule import move_blockers

State = TenderDocument.State


def publish_amendment(*, amendment: Amendment, actor: Actor) -> Amendment:
    """Refuses where the signed deadline leaves less than the rule's term, saying what would be allowed."""
    section = amendment.section
    demand(runs(actor, section))
    at = now()
    with transaction.atomic(durable=True):
        locked = lock_section(section)
        document = TenderDocument.objects.get(amendment=amendment)
        old = document_in_force(locked)
        refuse_if([*_blockers(locked, amendment, old, document)])
        times = document.content["times"]
        amendment.changes = differences(old.content, document.content)
        amendment.old_deadline, amendment.new_deadline = locked.deadline, read_stamp(times["deadline"])
        amendment.published_at, amendment.published_by_id = at, actor.account_id
        _replace(locked, old, document, times)
        amendment.notice = release_notice(_notice(locked, document, amendment, actor), actor=actor, at=at)
        amendment.save()
        append_entry(
            kind="document.amended",
            subject=f"section:{locked.code}",
            body={
                "amendment": amendment.public_id,
                "notice": amendment.notice.public_id,
                "sha256": amendment.notice.sha256,
                "document": {
                    "version": document.version,
                    "sha256": document.sha256,
                    "package": document.package_sha256,
                },
                "times": times,
                "affects_bids": amendment.affects_bids,
                "published": stamp(at),
            },
            actor=actor,
        )
        announce(f"section:{locked.code}", "amended", {"version": document.version, "deadline": times["deadline"]})
        after_commit(current_app.send_task, "tendering.mail_amendment", args=[amendment.pk])
    section.refresh_from_db()
    return amendment


def _blockers(section: Section, amendment: Amendment, old: TenderDocument, new: TenderDocument) -> list[Blocker]:
    at = now()
    found = [
        *lifecycle.state_blockers(section.state, {lifecycle.State.PUBLISHED}),
        *state_blockers(new.state, State.SIGNED),
    ]
    if found or section.deadline is None:
        return found
    if at >= section.deadline:
        found += questions.answer_blockers(
            section.state, section.deadline, at, False, (), (), rules_for(section, at), calendar()
        )
    deadline = read_stamp(new.content["times"]["deadline"])
    rules = rules_for(section, at)
    found += move_blockers(section.deadline, deadline, at, amendment.affects_bids, rules, calendar())
    return found + fixed_blockers(old.content, new.content)


def _replace(section: Section, old: TenderDocument, new: TenderDocument, times: dict[str, str]) -> None:
    old.state = State.SUPERSEDED
    old.save(update_fields=["state"])
    new.state, new.published_at = State.PUBLISHED, now()
    new.save(update_fields=["state", "published_at"])
    section.deadline, section.sale_until = read_stamp(times["deadline"]), read_stamp(times["sale_until"])
    section.questions_until = read_stamp(times["questions_until"])
    section.save(update_fields=["deadline", "sale_until", "questions_until"])


def _notice(section: Section, document: TenderDocument, amendment: Amendment, actor: Actor) -> Notice:
    moved = amendment.old_deadline != amendment.new_deadline
    deadline = beijing(amendment.new_deadline) if amendment.new_deadline else ""
    changes = "\n".join(f"{change['path']}：{change['old']} → {change['new']}" for change in amendment.changes)
    return Notice(
        section=section,
        document=document,
        round=section.round,
        kind=Notice.Kind.AMENDMENT,
        title=f"{section.name}变更公告(第{document.version}版)",
        body=[
            {"title": "变更原因", "text": amendment.reason},
            {"title": "变更内容", "text": changes or "无"},
            {"title": "投标截止时间", "text": f"顺延至{deadline}" if moved else f"不变，仍为{deadline}"},
            {"title": "说明", "text": "变更内容构成招标文件的组成部分，请下载新版本并确认收到。"},
        ],
        submitted_at=now(),
        submitted_by_id=actor.account_id,
    )
