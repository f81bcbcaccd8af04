"""What time has decided about a request is done by whoever looks first: no promise rests on the beat."""

from prequalified.actions.directories.admit_request import admit_request
from prequalified.actions.directories.lapse_requests import lapse_request
from prequalified.models import AdmissionRequest
from prequalified.rules.directories.lifecycle import Status
from runtime.clock import now


def settle_request(number: str) -> bool:
    """Whether the request moved. One query where nothing is due; may be called by anybody, any number of times."""
    row = AdmissionRequest.objects.filter(number=number).only("status", "supplement_until", "publicity_until").first()
    if row is None:
        return False
    if row.status == Status.SUPPLEMENT and row.supplement_until is not None and row.supplement_until <= now():
        return lapse_request(number)
    if row.status == Status.PUBLICITY and row.publicity_until is not None and row.publicity_until <= now():
        return admit_request(number)
    return False
