"""The tenderer answers a question to everybody, without saying who asked (CTS A-81, A-82; 87号令 27)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.release_notice import release_notice
from tendering.models import Notice, Question
from tendering.permissions import demand, runs
from tendering.queries.rule_sets import calendar, rules_for
from tendering.rules.questions import answer_blockers, text_blockers


def answer_question(
    *, question: Question, answer: str, actor: Actor, restated: str = "", affects_bids: bool = False
) -> Notice:
    """`restated` is the question as it is published; without it the asker's own words. Raises Refusal, among others where
    the answer changes bids and the term is too short: then an amendment is needed.
    """
    section = question.section
    demand(runs(actor, section))
    restated, at = (restated or question.text).strip(), now()
    refuse_if([*text_blockers(answer, "answer"), *text_blockers(restated, "restated")], status=422)
    rules = rules_for(section, at)
    secrets = (question.asker.name, question.asker.number)
    with transaction.atomic():
        locked = lock_section(section)
        question.refresh_from_db(fields=["answered_at", "answer"])
        texts = (restated, answer)
        refuse_if(
            [
                *_answered(question),
                *answer_blockers(locked.state, locked.deadline, at, affects_bids, texts, secrets, rules, calendar()),
            ]
        )
        notice = Notice(
            section=locked,
            round=locked.round,
            kind=Notice.Kind.CLARIFICATION,
            title=f"{locked.name}澄清答疑",
            body=[{"title": "问题", "text": restated}, {"title": "答复", "text": answer.strip()}],
            submitted_at=at,
            submitted_by_id=actor.account_id,
        )
        release_notice(notice, actor=actor, at=at)
        question.restated, question.answer, question.affects_bids = restated, answer.strip(), affects_bids
        question.answered_at, question.answered_by_id, question.notice = at, actor.account_id, notice
        question.save()
        append_entry(
            kind="question.answered",
            subject=f"section:{locked.code}",
            body={"notice": notice.public_id, "sha256": notice.sha256, "affects_bids": affects_bids},
            actor=actor,
        )
        announce(f"section:{locked.code}", "notice", {"notice": notice.public_id, "kind": notice.kind})
    return notice


def _answered(question: Question) -> list[Blocker]:
    if question.answered_at is None:
        return []
    return [
        Blocker("question.answered", gettext_noop("此问题已经答复"), remedy=gettext_noop("如需更正，请发布变更公告"))
    ]
