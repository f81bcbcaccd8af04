"""Filters and tags that every template has (built in, no `{% load %}`); shown to their users in docs/pages.md."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from runtime.clock import BEIJING
from runtime.clock import stamp as as_stamp

register = template.Library()
STATES = {"open", "live", "done", "warn", "waiting", "plain"}


@register.filter
def stamp(moment: dt.datetime | None) -> str:
    """The machine's spelling, for `datetime` and `data-until` attributes."""
    return as_stamp(moment) if moment else ""


@register.filter
def beijing_bare(moment: dt.datetime | None) -> str:
    """`2026-11-21 14:03:07`; say the zone near it."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


@register.filter
def beijing(moment: dt.datetime | None) -> str:
    """`2026-11-21 14:03:07 北京时间`: a moment is never shown without its zone."""
    return f"{beijing_bare(moment)} {_('北京时间')}" if moment else ""


@register.filter
def beijing_day(moment: dt.datetime | None) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d") if moment else ""


@register.filter
def signed(points: int) -> str:
    """`+5`, `−8`: with a true minus sign."""
    return f"{points:+d}".replace("-", "\u2212")


@register.filter
def yuan(amount: Decimal | str | None) -> str:
    """`1,234,567.80 元`, exact: a Decimal or its string, never a float."""
    if amount in (None, ""):
        return ""
    return _("%(amount)s 元") % {"amount": f"{Decimal(str(amount)):,.2f}"}


@register.filter
def size(count: int | None) -> str:
    """Bytes for people: `1.4 GiB`."""
    if count is None:
        return ""
    value = Decimal(count)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GiB"


@register.filter
def short_hash(digest: str) -> SafeString:
    """The first and last eight characters, the whole as title."""
    if len(digest) <= 20:
        return format_html("<code>{}</code>", digest)
    return format_html('<code title="{}">{}…{}</code>', digest, digest[:8], digest[-8:])


@register.simple_tag
def badge(words: object, look: str = "plain") -> SafeString:
    """A state in words. `look`: open, live, done, warn, waiting or plain; the word carries the meaning, not the colour."""
    if look not in STATES:
        raise template.TemplateSyntaxError(f"badge: {look!r} is none of {sorted(STATES)}")
    return format_html('<span class="state state-{}">{}</span>', look, words)


@register.inclusion_tag("config/_trail.html")
def trail(*titles_and_urls: str) -> dict[str, Any]:
    """`{% trail _("公告") "/notices/" section.name %}`: pairs of title and address, the last title alone."""
    steps = [
        {"title": titles_and_urls[at], "url": titles_and_urls[at + 1] if at + 1 < len(titles_and_urls) else ""}
        for at in range(0, len(titles_and_urls), 2)
    ]
    return {"steps": steps}


@register.inclusion_tag("config/_sort.html", takes_context=True)
def sort_link(context: template.Context, key: str, title: str) -> dict[str, Any]:
    """A column head that sorts: first press ascending, second descending. `key` must be one of the listing's own."""
    order = context["request"].GET.get("sort", "")
    arrow, spoken = {key: ("↑", _("升序")), f"-{key}": ("↓", _("降序"))}.get(order, ("", ""))
    return {
        "request": context["request"],
        "title": title,
        "next": f"-{key}" if order == key else key,
        "arrow": arrow,
        "spoken": spoken,
    }


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[int | str]:
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.filter
def is_number(value: object) -> bool:
    return isinstance(value, int)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_choice(field: BoundField) -> bool:
    """Several boxes or buttons under one legend."""
    return isinstance(field.field.widget, CheckboxSelectMultiple | RadioSelect)


@register.filter
def choices(field: BoundField) -> list[Any]:
    """The boxes of a choice, one by one, in the theme's dress."""
    field.field.widget.attrs["class"] = "form-check-input is-invalid" if field.errors else "form-check-input"
    return list(field.subwidgets)


@register.filter
def dressed(field: BoundField) -> SafeString:
    """The widget with the theme's class, marked invalid and tied to its error and help."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        look = "form-check-input"
    else:
        look = "form-select" if isinstance(widget, Select) else "form-control"
    attributes: dict[str, str | bool] = {
        "class": f"{widget.attrs.get('class', '')} {look}{' is-invalid' if field.errors else ''}".strip()
    }
    described = [f"{field.auto_id}_helptext"] * bool(field.help_text) + [f"{field.auto_id}_error"] * bool(field.errors)
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)
