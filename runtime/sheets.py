"""Spreadsheets written row by row: memory stays the same however long the list is."""

import re
import tempfile
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML has no such characters
_LONGEST = 32_767  # characters a cell may hold


def write_sheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """An open temporary file with the workbook (XLSX), at its start. Every cell is text: none becomes a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in chain([header], rows):
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: object, value: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", "" if value is None else str(value))[:_LONGEST])
    cell.data_type = "s"
    return cell
