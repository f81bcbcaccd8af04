"""Log in with a password: enough to read, never to act where a signature is demanded."""

import datetime as dt

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.db.models import Max, Q, QuerySet, Sum
from django.http import HttpRequest

from prequalified.actions.admission import Admission
from prequalified.models import Account
from prequalified.rules.log_in import WIDE_LIMIT, WRONG_PASSWORD, too_often
from runtime.clock import now
from runtime.refusal import Refusal

_LONGEST_NAME = 150


def log_in_by_password(*, request: HttpRequest, username: str, password: str) -> Admission:
    """Raises Refusal `login.wrong` (401), or `login.throttled` (429) after too many failures.

    A name that does not exist costs the same time, the same failures and the same words as one that does.
    """
    username = username.strip()
    if len(username) > _LONGEST_NAME or "\0" in username:
        # No account is called so, and the failure could not be written down.
        raise Refusal(WRONG_PASSWORD, 401)
    _demand_open(request, username)
    account = authenticate(request, username=username, password=password)
    if isinstance(account, Account):
        return Admission(account, "")
    request.axes_locked_out = False  # type: ignore[attr-defined]  # our refusal says more than axes' own page
    _demand_open(request, username)
    raise Refusal(WRONG_PASSWORD, 401)


def _demand_open(request: HttpRequest, username: str) -> None:
    """Raises `login.throttled` with the moment from which on it may be tried again."""
    cool_off = get_cool_off(request) or dt.timedelta(0)
    recent = AccessAttempt.objects.filter(attempt_time__gt=now() - cool_off)
    by_name, by_address = Q(username=username), Q(ip_address=get_client_ip_address(request))
    if AxesProxyHandler.is_locked(request, {"username": username}):
        raise _throttled(recent.filter(by_name, by_address), cool_off)
    for wide in (by_name, by_address):
        if (recent.filter(wide).aggregate(count=Sum("failures_since_start"))["count"] or 0) >= WIDE_LIMIT:
            raise _throttled(recent.filter(wide), cool_off)


def _throttled(attempts: QuerySet[AccessAttempt], cool_off: dt.timedelta) -> Refusal:
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or now()
    return Refusal(too_often(last + cool_off), 429)
