"""Two of the staff at once, over HTTP against the running platform: one wins, the other is told, points are counted once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from prequalified.models import AccessToken, ConductCase, PointEntry
from tests.factories.parties import make_party
from tests.prequalified.api import signed
from tests.prequalified.conduct.kit import make_scene
from tests.prequalified.draws.kit import make_draw_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def entered(platform):
    """`entered(kit)`: logged in over the API with the certificate."""
    with ExitStack() as opened:

        def enter(kit) -> httpx.Client:
            http = opened.enter_context(httpx.Client(base_url=f"{platform.url}/api/v1", timeout=60))
            given = http.post("/challenges", json={}).json()
            body = {"challenge": given["id"], "signature": signed(given["text"], kit.signing_key)}
            http.headers["Authorization"] = f"Bearer {http.post('/sessions', json=body).json()['token']}"
            return http

        yield enter


def together(calls) -> Counter:
    with ThreadPoolExecutor(len(calls)) as pool:
        answers = list(pool.map(lambda call: call(), calls))
    return Counter("done" if answer.is_success else answer.json()["blockers"][0]["code"] for answer in answers)


def test_a_case_decided_by_many_at_once_is_decided_once(entered, store):
    scene = make_scene()
    case = scene.propose()
    scene.notify(case)
    scene.defend(case)
    others = [
        scene.other,
        *(
            make_party(f"工作人员{number}", f"11010119900101{number:04d}", ["staff"], kind="person")
            for number in range(3001, 3004)
        ),
    ]
    clients = [entered(kit) for kit in others]
    assert AccessToken.objects.count() == 4
    body = {"upheld": True, "reasons": "事实清楚"}
    calls = [lambda http=http: http.post(f"/conduct/cases/{case.number}/decision", json=body) for http in clients]
    assert together(calls) == {"done": 1, "conduct.wrong_state": 3}
    assert PointEntry.objects.filter(case=case).count() == 1
    assert (ConductCase.objects.get().state, scene.fresh().points) == ("upheld", 95)


def test_a_list_frozen_and_a_draw_finished_many_times_at_once_happens_once(entered, store):
    scene = make_draw_scene(3)
    draw = scene.ask()
    host = [entered(scene.host) for _ in range(3)]
    path = f"/directory-draws/{draw.number}"
    assert together([lambda http=http: http.post(f"{path}/freezing", json={}) for http in host]) == {
        "done": 1, "draw.wrong_state": 2,
    }  # fmt: skip
    draw.refresh_from_db()
    secrets = scene.commit(draw)
    scene.close(draw)
    scene.reveal(draw, secrets)
    assert together([lambda http=http: http.post(f"{path}/outcome") for http in host]) == {
        "done": 1, "draw.wrong_state": 2,
    }  # fmt: skip
    assert draw.drawn.count() == 1
