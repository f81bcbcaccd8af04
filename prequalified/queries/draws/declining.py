"""Until when a drawn firm may decline: a term of the directory, from when it was drawn or took another's place."""

import datetime as dt

from prequalified.models import Drawn
from prequalified.rules.directories.settings import term
from prequalified.rules.holidays import national_calendar
from prequalified.rules.timing import latest


def decline_until(row: Drawn) -> dt.datetime:
    """`row` with `directory_draw__directory` and `instead_of` at hand."""
    began = row.instead_of.declined_at if row.instead_of else row.directory_draw.finished_at
    if began is None:
        raise ValueError(f"{row.pk} was never drawn")
    return latest(began, term(row.directory_draw.directory.terms, "decline"), national_calendar())
