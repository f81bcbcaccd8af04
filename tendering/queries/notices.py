"""Published notices: search with Chinese pieces, filters, orders."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import Notice
from tendering.permissions import sees_drafts
from tendering.rules.bigrams import query_words

ORDERS = {"published": ["-published_at"], "deadline": ["section__deadline"], "title": ["title"]}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for; empty means all. `region` is the beginning of a code, days are those of Beijing."""

    words: str = ""
    kind: str = ""
    regime: str = ""
    category: str = ""
    region: str = ""
    state: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def published_notices() -> QuerySet[Notice]:
    return Notice.objects.filter(state=Notice.State.PUBLISHED).select_related(
        "section__tendering_project__project__centre", "section__tendering_project__project__tenderer"
    )


def find_notices(wanted: Wanted) -> QuerySet[Notice]:
    """Every word must be found; newest first."""
    rows = published_notices()
    exact = {
        "kind": wanted.kind,
        "section__tendering_project__regime": wanted.regime,
        "section__tendering_project__kind": wanted.category,
        "section__tendering_project__project__region__startswith": wanted.region,
        "section__state": wanted.state,
        "published_at__gte": wanted.since,
        "published_at__lt": wanted.until,
    }
    rows = rows.filter(**{key: value for key, value in exact.items() if value})
    return matching(rows, wanted.words).order_by("-published_at", "-pk")


def matching(rows: QuerySet[Notice], text: str) -> QuerySet[Notice]:
    """Narrowed to the notices in whose index all words of `text` are found; a text without any word finds nothing."""
    words = query_words(text)
    if not text.strip():
        return rows
    if not words:
        return rows.none()
    if connection.vendor == "postgresql":
        tsquery = " & ".join("(" + " <-> ".join([*word[:-1], f"{word[-1]}:*"]) + ")" for word in words)
        return rows.extra(
            where=["to_tsvector('simple', tendering_notice.search) @@ to_tsquery('simple', %s)"], params=[tsquery]
        )
    match = " AND ".join(f'"{" ".join(word)}"*' for word in words)
    found = RawSQL("SELECT rowid FROM tendering_noticesearch WHERE tendering_noticesearch MATCH %s", [match])
    return rows.filter(pk__in=found)


def notice_seen(public_id: str, actor: Actor) -> Notice:
    """A published notice, or a draft for those who work on its section. Raises Refusal 404."""
    rows = Notice.objects.select_related(
        "section__tendering_project__project__centre",
        "section__tendering_project__project__tenderer",
        "section__tendering_project__project__agency",
    )
    found = rows.filter(public_id=public_id).first()
    if found is None or (found.state != Notice.State.PUBLISHED and not sees_drafts(actor, found.section)):
        raise Refusal(Blocker("notice.not_found", gettext_noop("没有这份公告，或者尚未发布")), status=404)
    return found


def next_page(rows: QuerySet[Notice], after: tuple[dt.datetime, str] | None, most: int) -> list[Notice]:
    """For media that fetch: oldest first, from the one after (moment, public id) on."""
    rows = rows.order_by("published_at", "public_id")
    if after is not None:
        rows = rows.filter(Q(published_at__gt=after[0]) | Q(published_at=after[0], public_id__gt=after[1]))
    return list(rows[:most])
