"""Bundles are made here. Each task takes an id and calls one action."""

from celery import shared_task

from supervision.actions import export_bundle as exporting

BEAT = {"make waiting bundles": ("supervision.sweep_bundles", 60.0)}


@shared_task(name="supervision.export_bundle")
def export_bundle(export_id: int) -> str:
    """Delivered twice: the second finds the bundle's lock taken, or the bundle made, and does nothing."""
    return exporting.export_bundle(export_id).state


@shared_task(name="supervision.sweep_bundles")
def sweep_bundles() -> int:
    """Delivered twice: each bundle is made by one process, under its file's lock."""
    return exporting.sweep_bundles()
