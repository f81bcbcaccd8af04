"""What the beat starts for the parties. Each task takes nothing, calls one action, and may be delivered twice."""

from celery import shared_task

from prequalified.actions.announce_expiry import announce_expiry
from prequalified.actions.conduct.lift_suspension import lift_run_out
from prequalified.actions.conduct.rate_period import rate_period
from prequalified.actions.directories.admit_request import admit_due
from prequalified.actions.directories.announce_reviews import announce_reviews
from prequalified.actions.directories.expire_admissions import expire_admissions
from prequalified.actions.directories.lapse_requests import lapse_requests
from prequalified.actions.directories.warn_of_clocks import warn_of_clocks
from prequalified.actions.exchange.push_records import push_records
from prequalified.actions.people.announce_papers import announce_papers
from prequalified.actions.sanctions.confirm_list import enter_rows, go_on_with_lists
from prequalified.actions.sanctions.take_list import read_list_file
from prequalified.actions.sweep_access import sweep_access

BEAT = {
    "announce expiring certificates": ("prequalified.tasks.expiring_certificates", 3600.0),
    "announce expiring papers": ("prequalified.tasks.expiring_papers", 3600.0),
    "push verified data": ("prequalified.tasks.push_exchange", 60.0),
    "outside lists under way": ("prequalified.tasks.outside_lists", 15.0),
    "clear what has run out": ("prequalified.tasks.clear_access", 3600.0),
    "terms of admission requests": ("prequalified.tasks.admission_requests", 20.0),
    "suspensions that have run out": ("prequalified.tasks.suspensions", 600.0),
    "ratings of a period": ("prequalified.tasks.ratings", 3600.0),
    "standing in directories": ("prequalified.tasks.admissions", 600.0),
}


@shared_task(name="prequalified.tasks.expiring_certificates")
def expiring_certificates() -> int:
    """Delivered twice: the second finds the announcement noted on the certificate and does nothing."""
    return announce_expiry()


@shared_task(name="prequalified.tasks.expiring_papers")
def expiring_papers() -> int:
    """Delivered twice: the second finds the announcements noted and does nothing."""
    return announce_papers()


@shared_task(name="prequalified.tasks.push_exchange")
def push_exchange() -> int:
    """Delivered twice: each record is claimed by one of the two; a peer that gets one twice knows it by its number."""
    return push_records()


@shared_task(name="prequalified.tasks.clear_access")
def clear_access() -> int:
    """Delivered twice: the second finds nothing left to clear."""
    return sweep_access()


@shared_task(name="prequalified.tasks.admission_requests")
def admission_requests() -> int:
    """Delivered twice: each request is looked at anew under its lock, and the second finds it moved or the warning noted."""
    return warn_of_clocks() + lapse_requests() + admit_due()


@shared_task(name="prequalified.tasks.admissions")
def admissions() -> int:
    """Delivered twice: the second finds the admission expired, and the yearly review announced."""
    return expire_admissions() + announce_reviews()


@shared_task(name="prequalified.tasks.read_list")
def read_list(import_id: int) -> bool:
    """Delivered twice: the file lock lets one work, and the other finds the rows read, or entered."""
    return read_list_file(import_id) or enter_rows(import_id)


@shared_task(name="prequalified.tasks.outside_lists")
def outside_lists() -> int:
    """Delivered twice: as above; whatever a killed worker left is gone on with where it stopped."""
    return go_on_with_lists()


@shared_task(name="prequalified.tasks.suspensions")
def suspensions() -> int:
    """Delivered twice: the second finds them lifted."""
    return lift_run_out()


@shared_task(name="prequalified.tasks.ratings")
def ratings() -> int:
    """Delivered twice: the second finds every firm rated for the period."""
    return rate_period()
