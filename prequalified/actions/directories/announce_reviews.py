"""Yearly reviews fall due: a row for each, and the firm is told."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.tell_party import tell_party
from prequalified.models import Admission, YearlyReview
from prequalified.rules.directories.reviews import anniversaries
from prequalified.rules.directories.settings import figure
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM
from runtime.clock import now
from signing.actions.append_entry import append_entry


def announce_reviews() -> int:
    """How many were announced. A second call finds the rows and makes none."""
    today = day_of(now())
    rows = Admission.objects.filter(state__in=["active", "suspended"], valid_until__gte=today)
    rows = rows.filter(admitted_at__lt=now() - dt.timedelta(days=180)).select_related("directory", "party", "request")
    made = 0
    for row in rows.order_by("pk").iterator(chunk_size=500):
        ahead = dt.timedelta(days=figure(row.directory.figures, "yearly_review_days"))
        for year, due in anniversaries(day_of(row.admitted_at), row.valid_until):
            if due - ahead <= today < due + dt.timedelta(days=180):
                made += announce_review(row, year, due)
    return made


def announce_review(admission: Admission, year: int, due: dt.date) -> bool:
    """Begins with what the firm handed in last. False where it stands already."""
    last = admission.request
    with transaction.atomic():
        review, fresh = YearlyReview.objects.get_or_create(
            admission=admission, year=year,
            defaults={"due": due, "facts": last.facts if last else {}, "committed": []},
        )  # fmt: skip
        if not fresh:
            return False
        body = {"year": year, "due": due.isoformat()}
        append_entry(
            kind="yearly_review.announced", subject=f"admission:{admission.number}", body=body, actor=SYSTEM,
            readers="supervisor",
        )  # fmt: skip
        with override(settings.LANGUAGE_CODE):
            facts = {
                "name": admission.party.name, "directory": admission.directory.name, "due": due.isoformat(), "year": year,
                "address": f"{settings.PUBLIC_URL}/my/reviews/{review.pk}/",
            }  # fmt: skip
            text = _(
                "%(name)s：\n\n贵单位在“%(directory)s”的 %(year)s 年度复核须在 %(due)s 前确认并签名提交。\n\n%(address)s\n"
            )
            tell_party(admission.party_id, _("年度复核：%(directory)s") % facts, text % facts)
    return True
