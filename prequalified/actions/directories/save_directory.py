"""Staff found a directory at their centre, change its names, terms and figures, and take it out of use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from prequalified.models import Category, Centre, Directory
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.settings import blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

_RULE = "预选名录管理办法"
CODE_TAKEN = Blocker("directory.code_taken", gettext_noop("该代码已被使用。"), _RULE, place="code")
NOT_YOURS = Blocker("directory.unknown", gettext_noop("没有这个名录，或它不属于您的中心。"), _RULE)


@dataclass(frozen=True, slots=True)
class DirectoryDraft:
    """`code`, `centre` and `category` count only when it is founded."""

    name: str
    name_en: str
    terms: Mapping[str, Any]
    figures: Mapping[str, Any]
    code: str = ""
    centre: str = ""
    category: str = ""


def found_directory(*, draft: DirectoryDraft, actor: Actor) -> Directory:
    """Raises Refusal with everything that is wrong, each at its field."""
    with transaction.atomic():
        centre = Centre.objects.filter(code=draft.centre or actor.centre, pk__in=centres_of(actor)).first()
        category = Category.objects.filter(code=draft.category, active=True, children=None).first()
        faults = _code_blockers(draft.code)
        if centre is None:
            faults.append(Blocker("centre.unknown", gettext_noop("没有这个交易中心。"), _RULE, place="centre"))
        if category is None:
            faults.append(Blocker("category.unknown", gettext_noop("请选择名录类别。"), _RULE, place="category"))
        refuse_if([*faults, *_blockers(draft, centre.demonstration if centre else False)], 422)
        assert centre is not None and category is not None  # noqa: S101  (refused above)
        row = _made(
            code=draft.code, name=draft.name.strip(), name_en=draft.name_en.strip(), centre=centre, category=category,
            terms=dict(draft.terms), figures=dict(draft.figures), created_at=now(),
        )  # fmt: skip
        _record("directory.founded", row, actor)
    return row


def _made(**fields: Any) -> Directory:
    try:
        with transaction.atomic():
            return Directory.objects.create(**fields)
    except IntegrityError as error:  # founded by somebody else between look and write
        raise Refusal(CODE_TAKEN) from error


def edit_directory(*, directory: Directory, draft: DirectoryDraft, actor: Actor) -> Directory:
    """Terms that already run keep their end: they stand on each request. Raises Refusal."""
    with transaction.atomic():
        row = lock_directory(directory.pk, actor)
        refuse_if(_blockers(draft, row.centre.demonstration), 422)
        row.name, row.name_en = draft.name.strip(), draft.name_en.strip()
        row.terms, row.figures = dict(draft.terms), dict(draft.figures)
        row.save()
        _record("directory.edited", row, actor)
    return row


def set_directory_active(*, directory: Directory, active: bool, reason: str, actor: Actor) -> Directory:
    """Out of use: no new calls, requests or draws; firms stay as they are. Raises Refusal."""
    with transaction.atomic():
        row = lock_directory(directory.pk, actor)
        faults = []
        if row.active == active:
            faults.append(Blocker("directory.same", gettext_noop("名录已经是这个状态。"), _RULE))
        if not reason.strip():
            faults.append(Blocker("reason.missing", gettext_noop("请写明原因。"), _RULE, place="reason"))
        refuse_if(faults)
        row.active = active
        row.save(update_fields=["active"])
        body = {"active": active, "reason": reason.strip()[:4000]}
        append_entry(kind="directory.switched", subject=f"directory:{row.code}", body=body, actor=actor)
    return row


def lock_directory(pk: int, actor: Actor) -> Directory:
    """A directory of the staff's centres, locked. Refused (404) for anybody else's."""
    rows = Directory.objects.select_for_update(of=("self",)).select_related("centre", "category")
    row = rows.filter(pk=pk, centre__in=centres_of(actor)).first()
    if row is None:
        raise Refusal(NOT_YOURS, 404)
    return row


def _code_blockers(code: str) -> list[Blocker]:
    if not re.fullmatch(r"[a-z][a-z0-9-]{2,31}", code):
        message = gettext_noop("代码须为小写字母、数字、短横线，以字母开头，三至三十二个字符。")
        return [Blocker("directory.code", message, _RULE, place="code")]
    if code in RESERVED or Directory.objects.filter(code=code).exists():
        return [CODE_TAKEN]
    return []


RESERVED = frozenset({"calls", "publicity", "admissions", "feed", "new", "draws", "firms"})  # first parts of addresses


def _blockers(draft: DirectoryDraft, demonstration: bool) -> list[Blocker]:
    found = blockers(draft.terms, draft.figures, demonstration)
    for name, value in (("name", draft.name), ("name_en", draft.name_en)):
        if not 2 <= len(value.strip()) <= 160:
            message = gettext_noop("请填写中文和英文名称，不超过一百六十个字。")
            found.append(Blocker("directory.name", message, _RULE, place=name))
    return found


def _record(kind: str, row: Directory, actor: Actor) -> None:
    body = {
        "name": row.name, "name_en": row.name_en, "centre": row.centre.code, "category": row.category.code,
        "terms": row.terms, "figures": row.figures,
    }  # fmt: skip
    append_entry(kind=kind, subject=f"directory:{row.code}", body=body, actor=actor)
