"""Clear away what has run out: challenges, tokens, sessions, failed log-ins. Nothing rests on it but the tables' size."""

import datetime as dt
from importlib import import_module

from axes.models import AccessAttempt
from django.conf import settings

from prequalified.models import AccessToken, Challenge
from runtime.clock import now

_KEPT = dt.timedelta(days=1)  # failed log-ins, for whoever looks into an attack; the journal keeps the successful ones


def sweep_access() -> int:
    """How many challenges and tokens were cleared."""
    moment = now()
    challenges, _ = Challenge.objects.filter(issued_at__lt=moment - dt.timedelta(hours=1)).delete()
    tokens, _ = AccessToken.objects.filter(expires_at__lt=moment).delete()
    AccessAttempt.objects.filter(attempt_time__lt=moment - _KEPT).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return challenges + tokens
