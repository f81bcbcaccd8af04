"""What the beat starts for the parties. Each task takes nothing, calls one action, and may be delivered twice."""

from celery import shared_task

from prequalified.actions.announce_expiry import announce_expiry
from prequalified.actions.sweep_access import sweep_access

BEAT = {
    "announce expiring certificates": ("prequalified.tasks.expiring_certificates", 3600.0),
    "clear what has run out": ("prequalified.tasks.clear_access", 3600.0),
}


@shared_task(name="prequalified.tasks.expiring_certificates")
def expiring_certificates() -> int:
    """Delivered twice: the second finds the announcement noted on the certificate and does nothing."""
    return announce_expiry()


@shared_task(name="prequalified.tasks.clear_access")
def clear_access() -> int:
    """Delivered twice: the second finds nothing left to clear."""
    return sweep_access()
