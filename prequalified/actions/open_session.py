"""A browser's session for an admitted person, with one role active in it."""

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from prequalified.actions.admission import Admission, choose_role, record_log_in
from prequalified.queries.actors import CERTIFICATE, ROLE, session_name
from runtime.actor import Source

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def open_session(*, request: HttpRequest, admission: Admission, role: str = "") -> str:
    """The role that is active now. The session gets a new key (fixation) and is journalled in the same transaction."""
    role = choose_role(admission.account.party_id, role, admission.certificate)
    with transaction.atomic():
        login(request, admission.account, backend=_BACKEND)
        request.session[ROLE], request.session[CERTIFICATE] = role, admission.certificate
        address = str(request.META.get("REMOTE_ADDR", ""))
        source = Source(address, session_name(request.session.session_key), admission.certificate)
        record_log_in(admission, role, source)
    return role
