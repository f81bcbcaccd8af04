"""Text of a request turned into values, or a refusal that names the field."""

import datetime as dt

from prequalified.models import Party
from runtime.clock import read_stamp
from runtime.refusal import Blocker, Refusal, gettext_noop


def moment_of(text: str, place: str) -> dt.datetime:
    try:
        return read_stamp(text)
    except ValueError:
        message = gettext_noop("“%(place)s”应当是带时区的时间，如2026-11-21T06:00:00Z")
        raise Refusal(Blocker("moment.malformed", message, params={"place": place}, place=place), 400) from None


def day_of(text: str, place: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = gettext_noop("“%(place)s”应当是日期，如2026-11-21")
        raise Refusal(Blocker("day.malformed", message, params={"place": place}, place=place), 400) from None


def person_of(number: str) -> Party:
    found = Party.objects.filter(number=number.strip().upper(), kind=Party.Kind.PERSON).first()
    if found is None:
        raise Refusal(Blocker("person.not_found", gettext_noop("没有登记这个人员编号"), place="number"), 404)
    return found
