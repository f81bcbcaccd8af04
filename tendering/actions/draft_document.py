"""The first version of a tender document is begun from a template (CTS A-59 to A-61)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from runtime.actor import Actor
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.name_trustees import name_trustees
from tendering.models import Section, TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.sections import draft_of, facts_of
from tendering.rules import lifecycle, scheme
from tendering.rules.document_facts import foreign_keys, start_content
from tendering.rules.templates import template_blockers, templates


def draft_document(
    *,
    section: Section,
    template: str,
    actor: Actor,
    patch: Mapping[str, Any] | None = None,
    plan: Mapping[str, Any] | None = None,
    trustees: Sequence[str] | None = None,
) -> TenderDocument:
    """`patch`: parts of the content that the drafter already knows; `plan`: wishes for the times; `trustees`: numbers of
    parties by place. Faults of the content do not stop a draft: the editor shows them, `prepare_document` refuses.
    """
    demand(runs(actor, section))
    patch, plan = patch or {}, plan or {}
    with transaction.atomic():
        locked = lock_section(section)
        refuse_if(_blockers(locked, template, patch))
        facts = facts_of(section, 1)
        document = TenderDocument.objects.create(
            section=section,
            round=locked.round,
            version=1,
            template=template,
            content=start_content(facts, templates()[template], patch),
            plan=dict(plan),
        )
        append_entry(
            kind="document.drafted",
            subject=f"section:{section.code}",
            body={"version": 1, "round": locked.round, "template": template},
            actor=actor,
            readers="party",
        )
        if trustees is not None:
            name_trustees(section=section, numbers=trustees, actor=actor)
    return document


def _blockers(section: Section, template: str, patch: Mapping[str, Any]) -> list[Blocker]:
    found = [
        *lifecycle.state_blockers(section.state, {lifecycle.State.DRAFT}),
        *scheme.parent_blockers(section.submitted_at is not None),
        *template_blockers(template, section.regime, section.kind),
        *foreign_keys(patch),
    ]
    if draft_of(section) is not None:
        message = gettext_noop("已有一份正在编制的招标文件")
        found.append(Blocker("document.exists", message, remedy=gettext_noop("请在原草稿上修改")))
    return found
