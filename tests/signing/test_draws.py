"""Draws as acts: who may do what when, and that nothing of it can happen in silence."""

import json
import subprocess
import sys

import pyrage
import pytest
from django.db import connections, transaction

from runtime.actor import SYSTEM, Actor
from runtime.refusal import Refusal
from signing.actions.commit_draw import close_commitments, commit_draw
from signing.actions.draw_facts import find_draw
from signing.actions.finish_draw import fail_draw, finish_draw
from signing.actions.freeze_draw import Candidate, freeze_draw
from signing.actions.reveal_draw import release_draw_share, reveal_draw
from signing.actions.seal_journal import seal_journal
from signing.models import Draw, DrawCommitment, DrawOpening, DrawShare, JournalEntry
from signing.queries.draws import chosen, draw_file, substitute
from signing.rules.canonical import canonical
from signing.rules.draws import DrawError, Step, replay
from signing.rules.escrow import commit, open_share, read_commitment
from tests.running import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
TENDERER = Actor("tenderer", "招标人", number="911100000000000001")
SUPERVISOR = Actor("supervisor", "监督员", number="110101199001010002")
STRANGER = Actor("bidder", "别人", number="911100000000000009")
TRUSTEES = [pyrage.x25519.Identity.generate() for _ in range(3)]
RECIPIENTS = [str(trustee.to_public()) for trustee in TRUSTEES]
EXPERTS = [
    Candidate({"name": f"某甲{n}", "id": str(n)}, {"venue": "sub" if n % 2 == 0 else "main", "specialty": "road"})
    for n in range(12)
]
PLAN = [Step(2, {"venue": "sub"}), Step(3)]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)


def party(actor):
    return {"number": actor.number, "name": actor.name, "role": actor.role}


def freeze(**more):
    about = {
        "purpose": "抽取评标专家",
        "subject": "section:BSC-1",
        "candidates": EXPERTS,
        "plan": PLAN,
        "actor": TENDERER,
    }
    invited = [party(TENDERER), party(SUPERVISOR)]
    return freeze_draw(**{**about, "parties": invited, "recipients": RECIPIENTS, "k": 2, **more})


def committed(draw, *actors):
    """Each party's secret, after it has committed."""
    secrets = {}
    for actor in actors:
        secrets[actor.number], document = commit(draw.number, draw.recipients, draw.k)
        commit_draw(draw=draw, actor=actor, document=document)
    return secrets


def whole(**more):
    """A finished draw with two parties."""
    draw = freeze(**more)
    secrets = committed(draw, TENDERER, SUPERVISOR)
    close_commitments(draw=draw, actor=TENDERER)
    for actor in (TENDERER, SUPERVISOR):
        secret = secrets[actor.number]
        reveal_draw(draw=draw, actor=actor, salt=secret.salt, value=secret.value)
    return finish_draw(draw=draw, actor=TENDERER)


def journalled():
    seal_journal()
    return [json.loads(entry.entry()) for entry in JournalEntry.objects.select_related("inbox").order_by("index")]


def refused(code, call, **arguments):
    with pytest.raises(Refusal) as caught:
        call(**arguments)
    assert [blocker.code for blocker in caught.value.blockers] == [code]


@pytest.mark.cts("A-220")
def test_a_draw_is_journalled_from_its_number_and_purpose_to_its_outcome_and_replays():
    draw = whole()
    entries = journalled()
    kinds = [entry["kind"] for entry in entries]
    assert kinds[:3] == ["draw.announced", "draw.frozen", "draw.committed"]
    assert kinds[3:] == ["draw.committed"] * 2 + ["draw.closed"] + ["draw.opened"] * 3 + ["draw.finished"]
    assert entries[0]["body"] == {"number": draw.number, "purpose": "抽取评标专家", "replaces": "", "reason": ""}
    assert entries[1]["body"]["pool_sha256"] == draw.pool_sha256
    outcome = replay(json.loads(json.dumps(draw_file(draw))))
    assert entries[-1]["body"]["seed"] == outcome.seed.hex()
    assert entries[-1]["body"]["chosen"] == [list(step) for step in outcome.chosen]
    assert [len(step) for step in outcome.chosen] == [2, 3]
    assert outcome.parties == ("platform", TENDERER.number, SUPERVISOR.number)


@pytest.mark.cts("A-220")
def test_experts_are_drawn_by_specialty_and_place_and_their_names_stay_hidden_until_shown():
    draw = whole()
    assert {identity["identity"]["id"] for identity in chosen(draw)[0]} <= {"0", "2", "4", "6", "8", "10"}
    public = json.dumps(draw_file(draw), ensure_ascii=False)
    assert "某甲" not in public
    assert all("某甲" not in json.dumps(entry, ensure_ascii=False) for entry in journalled())
    numbers = [number for step in draw.outcome["chosen"] for number in step]
    shown = draw_file(draw, numbers)
    replay(shown)
    assert len(shown["names"]) == 5
    first = shown["names"][0]
    with pytest.raises(DrawError):
        replay({**shown, "names": [{**first, "identity": {**first["identity"], "name": "另一个"}}]})


@pytest.mark.cts("A-220")
def test_the_command_line_replays_the_file(tmp_path):
    draw = whole()
    path = tmp_path / "draw.json"

    def run(data):
        path.write_bytes(data)
        command = [sys.executable, "-m", "client", "draw", str(path), "--json"]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        return ran.returncode, json.loads(ran.stdout)

    file = draw_file(draw, [1, 2])
    status, answer = run(canonical(file))
    assert (status, answer["ok"], answer["chosen"]) == (0, True, draw.outcome["chosen"])
    forged = {**file, "outcome": {**file["outcome"], "chosen": [[1, 2], [3, 4, 5]]}}
    status, answer = run(canonical(forged))
    assert (status, answer["ok"]) == (1, False)
    assert "choice" in answer["reason"]
    assert run(b"no json")[0] == 2
    assert run(b'{"format":"yangguang-draw/1","format":"yangguang-draw/1"}')[0] == 2


def test_a_substitute_is_next_in_the_order():
    draw = whole()
    passed = [number for step in draw.outcome["chosen"] for number in step]
    stand_in = substitute(draw, 0, passed)
    assert stand_in["number"] not in passed
    assert int(stand_in["identity"]["id"]) % 2 == 0
    with pytest.raises(DrawError):
        substitute(draw, 0, range(1, 13))
    with pytest.raises(DrawError):
        substitute(freeze(), 0, [])


def test_numbers_have_no_gaps_even_if_a_freeze_fails():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        freeze()
        raise ZeroDivisionError
    numbers = [freeze().number for _ in range(3)]
    assert [int(number.rsplit("-", 1)[1]) - Draw.objects.order_by("id").first().id for number in numbers] == [0, 1, 2]


def test_a_pool_that_cannot_be_drawn_from_is_not_frozen():
    refused("draw.pool", freeze, plan=[Step(7, {"venue": "sub"})])
    refused("draw.pool", freeze, candidates=[])
    refused("draw.threshold", freeze, k=4)
    refused("draw.malformed", freeze, recipients=["age1nobody"] * 3)
    assert Draw.objects.count() == 0
    assert journalled() == []


def test_a_party_commits_once_and_only_if_invited_and_in_time():
    draw = freeze()
    committed(draw, TENDERER)
    document = commit(draw.number, RECIPIENTS, 2)[1]
    refused("draw.already_committed", commit_draw, draw=draw, actor=TENDERER, document=document)
    refused("draw.not_invited", commit_draw, draw=draw, actor=STRANGER, document=document)
    refused("draw.not_invited", commit_draw, draw=draw, actor=Actor("citizen"), document=document)
    close_commitments(draw=draw, actor=TENDERER)
    refused("draw.wrong_phase", commit_draw, draw=draw, actor=SUPERVISOR, document=document)
    refused("draw.wrong_phase", close_commitments, draw=draw, actor=TENDERER)
    assert DrawCommitment.objects.count() == 2


def test_anybody_with_a_number_may_commit_where_nobody_is_named():
    draw = freeze(parties=[], recipients=[], k=0)
    committed(draw, STRANGER)
    refused("draw.not_invited", commit_draw, draw=draw, actor=Actor("citizen"), document=commit(draw.number, [], 0)[1])


@pytest.mark.parametrize("wrong", ["another draw", "another trustee", "copied"])
def test_a_commitment_to_something_else_is_refused_and_nothing_is_kept(wrong):
    draw = freeze()
    document = commit(draw.number, RECIPIENTS, 2)[1]
    if wrong == "another draw":
        document["draw"] = "DRAW-2020-000001"
    elif wrong == "another trustee":
        document["escrow"][0]["recipient"] = RECIPIENTS[1]
    else:
        document["commitment"] = DrawCommitment.objects.get().value
    refused("draw.malformed", commit_draw, draw=draw, actor=TENDERER, document=document)
    assert DrawCommitment.objects.count() == 1


def test_the_platform_alone_cannot_draw():
    draw = freeze()
    refused("draw.too_few", close_commitments, draw=draw, actor=TENDERER)


def test_nothing_is_opened_before_all_have_committed():
    draw = freeze()
    secret = committed(draw, TENDERER)[TENDERER.number]
    refused("draw.wrong_phase", reveal_draw, draw=draw, actor=TENDERER, salt=secret.salt, value=secret.value)
    refused("draw.wrong_phase", finish_draw, draw=draw, actor=TENDERER)
    share = share_of(draw, TENDERER, 0)
    refused("draw.wrong_phase", release_draw_share, draw=draw, party=TENDERER.number, share=share, actor=SYSTEM)
    assert (DrawOpening.objects.count(), DrawShare.objects.count()) == (0, 0)


def test_only_the_committed_value_opens_and_only_once():
    draw = freeze()
    secrets = committed(draw, TENDERER, SUPERVISOR)
    close_commitments(draw=draw, actor=TENDERER)
    mine, theirs = secrets[TENDERER.number], secrets[SUPERVISOR.number]
    refused("draw.wrong_opening", reveal_draw, draw=draw, actor=TENDERER, salt=theirs.salt, value=theirs.value)
    refused("draw.wrong_opening", reveal_draw, draw=draw, actor=TENDERER, salt=b"", value=b"")
    refused("draw.not_committed", reveal_draw, draw=draw, actor=STRANGER, salt=mine.salt, value=mine.value)
    refused("draw.not_all_opened", finish_draw, draw=draw, actor=TENDERER)
    reveal_draw(draw=draw, actor=TENDERER, salt=mine.salt, value=mine.value)
    refused("draw.already_opened", reveal_draw, draw=draw, actor=TENDERER, salt=mine.salt, value=mine.value)


def share_of(draw, actor, place):
    row = DrawCommitment.objects.get(draw=draw, party_number=actor.number)
    document = {
        "format": "yangguang-draw-commitment/1",
        "draw": draw.number,
        "commitment": row.value,
        "escrow": row.escrow,
    }
    return open_share(read_commitment(document, draw.number, draw.recipients)[1][place], str(TRUSTEES[place]))


def test_who_refuses_to_open_decides_nothing_for_the_trustees_open_it():
    draw = freeze()
    secrets = committed(draw, TENDERER, SUPERVISOR)
    close_commitments(draw=draw, actor=TENDERER)
    secret = secrets[SUPERVISOR.number]
    reveal_draw(draw=draw, actor=SUPERVISOR, salt=secret.salt, value=secret.value)
    silent = {"draw": draw, "party": TENDERER.number, "actor": Actor("trustee", number="T")}
    assert release_draw_share(share=share_of(draw, TENDERER, 2), **silent) is None
    assert release_draw_share(share=share_of(draw, TENDERER, 2), **silent) is None
    refused("draw.wrong_share", release_draw_share, share=b"\x01" * 65, **silent)
    opening = release_draw_share(share=share_of(draw, TENDERER, 0), **silent)
    assert (opening.origin, opening.value) == ("escrow", secrets[TENDERER.number].value.hex())
    assert replay(draw_file(finish_draw(draw=draw, actor=SYSTEM))).parties[1] == TENDERER.number


def test_who_escrowed_something_else_is_named_and_the_re_draw_is_visible():
    draw = freeze()
    document = commit(draw.number, RECIPIENTS, 2)[1]
    document["escrow"] = commit(draw.number, RECIPIENTS, 2)[1]["escrow"]
    commit_draw(draw=draw, actor=TENDERER, document=document)
    close_commitments(draw=draw, actor=TENDERER)
    silent = {"draw": draw, "party": TENDERER.number, "actor": SYSTEM}
    assert release_draw_share(share=share_of(draw, TENDERER, 0), **silent) is None
    refused("draw.wrong_share", release_draw_share, share=share_of(draw, TENDERER, 1), **silent)
    assert DrawShare.objects.count() == 2  # they prove whose fault it is
    refused("draw.not_all_opened", finish_draw, draw=draw, actor=SYSTEM)
    refused("draw.not_replaceable", freeze, replaces=draw, reason="为什么不")
    refused("draw.reason_needed", fail_draw, draw=draw, actor=SYSTEM, reason="")
    failed = fail_draw(draw=draw, actor=SUPERVISOR, reason="招标人托管的份额与承诺不符")
    assert journalled()[-1]["body"]["not_opened"] == [TENDERER.number]
    refused("draw.wrong_phase", fail_draw, draw=draw, actor=SYSTEM, reason="再一次")
    refused("draw.reason_needed", freeze, replaces=failed)
    again = whole(replaces=failed, reason="前次作废")
    assert (again.replaces_id, draw_file(again)["replaces"]) == (draw.id, draw.number)
    refused("draw.not_replaceable", freeze, replaces=failed, reason="第三次")
    announced = [entry["body"] for entry in journalled() if entry["kind"] == "draw.announced"]
    assert [(body["replaces"], body["reason"]) for body in announced] == [("", ""), (draw.number, "前次作废")]


def test_a_finished_draw_is_not_drawn_again():
    draw = whole()
    refused("draw.wrong_phase", finish_draw, draw=draw, actor=TENDERER)
    refused("draw.wrong_phase", fail_draw, draw=draw, actor=TENDERER, reason="不满意")
    assert Draw.objects.get().outcome == draw.outcome


def test_two_clicks_at_once_finish_a_draw_once():
    import threading

    draw = freeze()
    secrets = committed(draw, TENDERER)
    close_commitments(draw=draw, actor=TENDERER)
    secret = secrets[TENDERER.number]
    reveal_draw(draw=draw, actor=TENDERER, salt=secret.salt, value=secret.value)
    outcomes = []

    def work():
        try:
            outcomes.append(finish_draw(draw=draw, actor=TENDERER).state)
        except Refusal as refusal:
            outcomes.append(refusal.blockers[0].code)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["draw.wrong_phase", "finished"]
    assert [entry["kind"] for entry in journalled()].count("draw.finished") == 1


def test_the_seed_is_unknown_until_the_last_value_is_open():
    draw = freeze()
    committed(draw, TENDERER)
    file = draw_file(draw)
    assert (file["outcome"], file["commitments"][0]["opening"]) == (None, None)
    with pytest.raises(DrawError):
        replay(file)


def test_an_unknown_draw_is_refused_as_such(client):
    refused("draw.unknown", find_draw, number="DRAW-2020-000001")
    answer = client.get("/api/v1/draws/DRAW-2020-000001")
    assert (answer.status_code, answer.json()["blockers"][0]["code"]) == (404, "draw.unknown")


def test_parties_take_part_over_the_api(client, monkeypatch):
    draw = freeze()
    monkeypatch.setattr("prequalified.web.middleware.actor_of_request", lambda request: TENDERER)

    def post(what, data):
        return client.post(f"/api/v1/draws/{draw.number}/{what}", data, content_type="application/json")

    secret, document = commit(draw.number, RECIPIENTS, 2)
    assert len(post("commitments", document).json()["commitments"]) == 2
    assert post("commitments", document).json()["blockers"][0]["code"] == "draw.already_committed"
    assert post("commitments", {"format": "x"}).status_code == 422
    close_commitments(draw=draw, actor=TENDERER)
    assert post("openings", {"salt": "zz", "value": "00"}).json()["blockers"][0]["code"] == "draw.malformed"
    share = {"party": TENDERER.number, "share": share_of(draw, TENDERER, 0).hex()}
    assert post("shares", share).status_code == 200
    opened = post("openings", {"salt": secret.salt.hex(), "value": secret.value.hex()})
    assert opened.json()["commitments"][1]["opening"]["origin"] == "party"
    finish_draw(draw=draw, actor=TENDERER)
    replay(client.get(f"/api/v1/draws/{draw.number}").json())
