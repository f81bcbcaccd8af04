"""Many at once, over HTTP against the running platform: one decides, the others are told; a firm is admitted once."""

import threading

import httpx
import pytest

from client.http import Platform
from prequalified.models import Admission, AdmissionRequest
from runtime.clock import now
from tests.factories.directories import fitting_firm, hand_in, make_call, make_conditions, make_directory
from tests.factories.parties import make_party
from tests.prequalified.test_races import at_once, outcome

MANY = 6


@pytest.fixture
def request_in_review(platform):
    staff = make_party("审核员", 991, ["staff"])
    directory = make_directory()
    call = make_call(directory, make_conditions(directory, published_by=staff.account))
    return hand_in(fitting_firm(), call), staff


def test_many_of_the_staff_decide_one_request_once(platform, request_in_review):
    row, staff = request_in_review
    with Platform(platform.url, staff.signing_key) as known, httpx.Client(base_url=platform.url, timeout=60) as http:
        headers = {"Authorization": f"Bearer {known.token}"}
        bodies = [
            {"decision": "pass"},
            {"decision": "refuse", "reasons": "不符"},
            {"decision": "return", "reasons": "补"},
        ] * 2
        address = f"/api/v1/staff/requests/{row.number}/decision"
        answers = at_once([lambda body=body: http.post(address, json=body, headers=headers) for body in bodies])
    assert outcome(answers) == {"200": 1, "admission_request.wrong_status": MANY - 1}


def test_whoever_looks_at_the_same_moment_the_firm_is_admitted_once(platform, request_in_review):
    row, _ = request_in_review
    AdmissionRequest.objects.update(status="publicity", publicity_from=now(), publicity_until=now())
    barrier = threading.Barrier(MANY)

    def look(http: httpx.Client) -> httpx.Response:
        barrier.wait()
        return http.get(f"/api/v1/directories/publicity/{row.number}")

    with httpx.Client(base_url=platform.url, timeout=60) as http:
        answers = at_once([lambda: look(http)] * MANY)
    assert {answer.status_code for answer in answers} == {200}
    admission = Admission.objects.get()
    assert (admission.ledger.count(), admission.changes.count(), admission.points) == (1, 1, 100)
