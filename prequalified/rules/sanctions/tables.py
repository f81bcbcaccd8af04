"""Outside lists as they come: CSV in UTF-8, UTF-16 or GB18030, XLSX, JSON; read row by row, each with its number in the file.

What cannot be read at all raises `Unreadable` with words for people; what is wrong with one row is for outside.py to say.
"""

import codecs
import csv
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from prequalified.rules.sanctions.outside import COLUMNS, ROWS_LIMIT, TITLES, fault
from runtime.refusal import Blocker, gettext_noop

Row = tuple[int, list[object]]  # its number in the file as people count (the header is 1), its cells
PIECE = 1 << 16
UNZIPPED_LIMIT = 256 * 1024 * 1024
FORMATS = ("csv", "xlsx", "json")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MARK = re.compile(rb'<row\b[^>]*?\br="(\d+)"|<f[\s>/]')


class Unreadable(Exception):
    """The whole file cannot be read; `blockers` say why and what to do."""

    def __init__(self, *blockers: Blocker) -> None:
        self.blockers = blockers
        super().__init__(blockers[0].code)


class Table:
    """`header`, then `rows()`; `total` rows, counted first; `formulas`: numbers of rows that hold one.

    Raises Unreadable: what the file is not, and too many rows before any is handed out.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self.path, self.kind, self.total = path, kind, 0
        self.formulas: frozenset[int] = frozenset()
        self._open = {"csv": self._csv, "xlsx": self._xlsx, "json": self._json}[kind]
        if kind == "xlsx":
            self.formulas = frozenset(_formulas(path))
        self.encoding = encoding_of(path) if kind == "csv" else ""
        self.total = max(sum(1 for _ in self._filled(self._open())) - 1, 0)
        if self.total > ROWS_LIMIT:
            raise Unreadable(too_many(self.total))
        self.header = [str(cell or "") for cell in next(self._filled(self._open()), (1, []))[1]]

    def rows(self) -> Iterator[Row]:
        """Rows that hold anything, without the header."""
        rows = self._filled(self._open())
        next(rows, None)
        yield from rows

    def _filled(self, rows: Iterator[Row]) -> Iterator[Row]:
        for number, cells in rows:
            if any(str(cell).strip() for cell in cells if cell is not None):
                yield number, cells

    def _csv(self) -> Iterator[Row]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=max(",;\t", key=first.count), strict=True)
            try:
                for cells in reader:
                    yield reader.line_num, list(cells)
            except csv.Error as error:
                message = gettext_noop("第 %(row)s 行附近引号或分隔符有误，后面的内容无法读取。")
                raise Unreadable(fault("csv", message, "file", row=str(reader.line_num))) from error

    def _xlsx(self) -> Iterator[Row]:
        try:
            with CalamineWorkbook.from_path(str(self.path)) as book:
                if not book.sheet_names:
                    raise Unreadable(_NO_SHEET)
                sheet = book.get_sheet_by_index(0)
                offset = sheet.start[0] + 1 if sheet.start else 1
                yield from enumerate(sheet.iter_rows(), offset)
        except PasswordError as error:
            raise Unreadable(fault("password", gettext_noop("工作簿设有密码，请去掉密码后上传。"), "file")) from error
        except (CalamineError, ZipError, OSError) as error:
            raise Unreadable(_NO_SHEET) from error

    def _json(self) -> Iterator[Row]:
        yield 1, list(TITLES.values())
        for number, item in enumerate(json_items(self.path), 2):
            if not isinstance(item, dict):
                raise Unreadable(
                    fault("json_item", gettext_noop("第 %(row)s 项不是对象。"), "file", row=str(number - 1))
                )
            keys = {str(key).strip().lower(): value for key, value in item.items()}
            yield number, [_value(keys, names) for names in COLUMNS.values()]


def _value(item: dict[str, Any], names: tuple[str, ...]) -> object:
    value = next((item[name] for name in names if name in item), None)
    return value if isinstance(value, str | int | float | type(None)) else json.dumps(value, ensure_ascii=False)


def encoding_of(path: Path) -> str:
    """Read piece by piece; raises Unreadable with the line where neither encoding fits."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = [name for mark, name in _BOMS if start.startswith(mark)]
    broken = 0
    for encoding in marked or ["utf-8", "gb18030"]:
        lines, whole = _decodes(path, encoding)
        if whole:
            return encoding
        broken = max(broken, lines)
    message = gettext_noop("第 %(row)s 行附近的文字既不是 UTF-8 也不是 GB18030 编码。")
    remedy = gettext_noop("请用电子表格软件另存为“CSV UTF-8”或 XLSX 后重新上传。")
    raise Unreadable(fault("encoding", message, "file", remedy, row=str(broken + 1)))


def _decodes(path: Path, encoding: str) -> tuple[int, bool]:
    """(lines read until then, whether all of it decodes)."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            try:
                text = decoder.decode(piece)
            except UnicodeDecodeError as error:
                return lines + error.object[: error.start].count(b"\n"), False
            lines += text.count("\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return lines, False
    return lines, True


def _formulas(path: Path) -> Iterator[int]:
    """Numbers of rows with a formula: calamine shows only what it once came to, which nobody can check."""
    try:
        with zipfile.ZipFile(path) as book:
            if sum(entry.file_size for entry in book.infolist()) > UNZIPPED_LIMIT:
                message = gettext_noop("工作簿解压后过大。")
                raise Unreadable(fault("unzipped", message, "file", gettext_noop("请分成几份上传。")))
            names = sorted(name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
            if not names:
                raise Unreadable(_NO_SHEET)
            with book.open(names[0]) as sheet:
                yield from _marked_rows(sheet)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
        raise Unreadable(_NO_SHEET) from error


def _marked_rows(sheet: IO[bytes]) -> Iterator[int]:
    row, told, rest = 0, 0, b""
    while piece := sheet.read(PIECE):
        text = rest + piece
        end = 0
        for mark in _MARK.finditer(text):
            end = mark.end()
            if mark[1]:
                row = int(mark[1])
            elif row != told:
                told = row
                yield row
        rest = text[max(end, len(text) - 400) :]


def json_items(path: Path) -> Iterator[Any]:
    """The items of a top-level array, one at a time, however long the array is. UTF-8 only (RFC 8259)."""
    decoder, buffer, over = json.JSONDecoder(), "", False
    incoming = _decoded(path)
    buffer = next(incoming, "").lstrip("\ufeff \t\r\n")
    if not buffer.startswith("["):
        raise Unreadable(_NOT_JSON)
    buffer = buffer[1:]
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            return
        try:
            item, end = decoder.raw_decode(buffer)
        except (ValueError, RecursionError) as error:
            piece = next(incoming, None)
            if piece is None or len(buffer) > 4 * PIECE:
                raise Unreadable(_NOT_JSON) from error
            buffer += piece
            continue
        over = end == len(buffer)  # a number cut in two would look whole
        if over and (piece := next(incoming, None)):
            buffer += piece
            continue
        yield item
        buffer = buffer[end:]


def _decoded(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            while piece := file.read(PIECE):
                yield piece
    except UnicodeDecodeError as error:
        raise Unreadable(_NOT_JSON) from error


def too_many(rows: int) -> Blocker:
    message = gettext_noop("文件有 %(rows)s 行，一次最多导入 %(limit)s 行。")
    remedy = gettext_noop("请分成几份上传；没有导入任何一行。")
    return fault("too_many", message, "file", remedy, rows=str(rows), limit=str(ROWS_LIMIT))


_NO_SHEET = fault(
    "xlsx", gettext_noop("不是可以读取的 XLSX 工作簿。"), "file", gettext_noop("请另存为 XLSX 后重新上传。")
)
_NOT_JSON = fault(
    "json", gettext_noop("不是 UTF-8 编码的 JSON 数组。"), "file", gettext_noop("应为 [{…}, {…}]，每项是一条记录。")
)
