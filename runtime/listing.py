"""Lists: one way of searching, ordering, paging and downloading them, so that all tables behave alike (docs/pages.md)."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse

from runtime.sheets import write_sheet

Column = tuple[str, Callable[[Any], object]]  # title, value of a row
# A cell that a spreadsheet would take for a formula is written as text (CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Listing:
    """`rows` narrowed by `?q=`, ordered by `?sort=`, cut by `?page=`.

    `search` are look-ups every word must be found in one of (`name__icontains`); `orders` maps what an address may say to
    the fields it means, the first is the default: nothing a client writes reaches the database as a field name.
    """

    request: HttpRequest
    rows: QuerySet[Any]
    orders: Mapping[str, Sequence[str]]
    search: Sequence[str] = ()
    columns: Sequence[Column] = ()
    per_page: int = 20
    record: Callable[[Any], Mapping[str, object]] | None = None  # a row as JSON; keys that no translation changes
    words: str = field(init=False)
    order: str = field(init=False)

    def __post_init__(self) -> None:
        self.words = self.request.GET.get("q", "").strip()[:100]
        asked = self.request.GET.get("sort", "")
        self.order = asked if asked.removeprefix("-") in self.orders else ""
        self.rows = self._ordered(self._found(self.rows))

    def _found(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for word in self.words.split()[:8] if self.search else ():
            anywhere = Q()
            for lookup in self.search:
                anywhere |= Q(**{lookup: word})
            rows = rows.filter(anywhere)
        return rows

    def _ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        key = self.order.removeprefix("-") or next(iter(self.orders))
        fields = list(self.orders[key])
        if self.order.startswith("-"):
            fields = [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in fields]
        return rows.order_by(*fields, "pk")

    @property
    def page(self) -> "Page[Model]":
        """The page asked for; a page number out of range is the nearest page there is."""
        return Paginator(self.rows, self.per_page).get_page(self.request.GET.get("page"))

    @property
    def wants_csv(self) -> bool:
        return self.request.GET.get("format") == "csv" and bool(self.columns)

    def csv(self, name: str) -> StreamingHttpResponse:
        """All rows found, in order, streamed; with a byte order mark, for spreadsheets that guess encodings."""
        response = StreamingHttpResponse(self._lines(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response

    @property
    def wants_file(self) -> bool:
        """Whether the address asks for `?format=csv`, `xlsx` or (where there is a `record`) `json`."""
        asked = self.request.GET.get("format", "")
        return bool(self.columns) and (asked in ("csv", "xlsx") or (asked == "json" and self.record is not None))

    def file(self, name: str) -> StreamingHttpResponse | FileResponse:
        """All rows found, in order, in the format asked for; streamed, in constant memory."""
        asked = self.request.GET.get("format", "")
        if asked == "xlsx":
            return self._sheet(name)
        if asked == "json" and self.record is not None:
            response = StreamingHttpResponse(self._objects(), content_type="application/json; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="{name}.json"'
            return response
        return self.csv(name)

    def _sheet(self, name: str) -> FileResponse:
        rows = ([value(row) for _, value in self.columns] for row in self.rows.iterator(chunk_size=500))
        file = write_sheet([title for title, _ in self.columns], rows)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=kind)

    def _objects(self) -> Iterator[str]:
        assert self.record is not None  # noqa: S101  (asked for by `file` only)
        yield "["
        for at, row in enumerate(self.rows.iterator(chunk_size=500)):
            yield ("," if at else "") + "\n" + json.dumps(self.record(row), ensure_ascii=False)
        yield "\n]\n"

    def _lines(self) -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + str(writer.writerow([title for title, _ in self.columns]))
        for row in self.rows.iterator(chunk_size=500):
            yield str(writer.writerow([_cell(value(row)) for _, value in self.columns]))


class _Echo:
    """A file that hands each line back."""

    def write(self, line: str) -> str:
        return line


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()
