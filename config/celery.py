"""The one celery application. Tasks take ids, call one action and may be delivered twice."""

import os
from importlib import import_module

from celery import Celery
from celery.signals import import_modules

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = Celery("yangguang")
application.config_from_object("django.conf:settings", namespace="CELERY")
application.autodiscover_tasks()

# Apps with something to sweep: their tasks.py has BEAT = {what: (task's name, seconds)}.
SWEEPING = ("signing", "prequalified", "tendering", "supervision")


@import_modules.connect
def schedule(**kwargs: object) -> None:
    """What beat starts; only ever sweeping, for the request path looks at the clock itself."""
    application.conf.beat_schedule = {
        f"{app}: {what}": {"task": task, "schedule": seconds}
        for app in SWEEPING
        for what, (task, seconds) in import_module(f"{app}.tasks").BEAT.items()
    }
