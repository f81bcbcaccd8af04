"""The publication of the candidates (中标候选人公示) is written and submitted for review (T54; CTS A-163, A-164)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Notice, Section, SectionState
from tendering.permissions import demand, runs
from tendering.queries.candidates import candidates_of
from tendering.queries.rule_sets import rules_for
from tendering.rules import award, lifecycle
from tendering.rules.notices import Body, body_blockers

OPEN = (Notice.State.DRAFT, Notice.State.SUBMITTED, Notice.State.RETURNED)


def draft_candidates(*, section: Section, actor: Actor, body: Body | None = None) -> Notice:
    """Without `body`, the table of the candidates with their prices and how to object. Then `approve_notice` by the
    tenderer, `publish_candidates` by the centre. Raises Refusal.
    """
    demand(runs(actor, section))
    at = now()
    rules = rules_for(section, at)
    with transaction.atomic():
        locked = lock_section(section)
        candidates = candidates_of(locked)
        refuse_if(lifecycle.state_blockers(locked.state, {lifecycle.State(SectionState.EVALUATED)}))
        refuse_if(award.publicity_blockers(len(candidates), rules))
        table = "\n".join(
            f"第{each.rank}名：{each.party.name}，报价{each.price:.2f}元，{each.total}" for each in candidates
        )
        body = body or [
            {"title": "中标候选人", "text": table},
            {"title": "提出异议的渠道和方式", "text": "对评标结果有异议的，请在公示期内登录本平台，在本标段页面提出。"},
        ]
        title = f"{locked.name}中标候选人公示"
        refuse_if(body_blockers(title, body), status=422)
        notice, _ = Notice.objects.update_or_create(
            section=locked,
            round=locked.round,
            kind=Notice.Kind.CANDIDATES,
            state__in=OPEN,
            defaults={
                "title": title,
                "body": body,
                "state": Notice.State.SUBMITTED,
                "submitted_at": at,
                "submitted_by_id": actor.account_id,
            },
        )
        append_entry(
            kind="candidates.drafted",
            subject=f"section:{locked.code}",
            body={"notice": notice.public_id, "candidates": [each.party.number for each in candidates]},
            actor=actor,
            readers="party",
        )
    return notice
