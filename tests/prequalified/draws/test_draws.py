"""A draw from a directory from the asking to the last successor; what is refused, voided and drawn again stays visible."""

import datetime as dt
import json
import subprocess
import sys
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from prequalified.actions.draws.decline_draw import decline_draw
from prequalified.actions.draws.redraw import redraw
from prequalified.actions.draws.void_directory_draw import void_directory_draw
from prequalified.actions.sanctions.load_lists import load_lists
from prequalified.models import Admission, DirectoryDraw, Drawn, Relation
from prequalified.queries.draws.shown import proof, standing, taken
from runtime.clock import now
from runtime.refusal import Refusal
from signing.models import Draw
from signing.rules.draws import replay
from tests.factories.directories import make_admission, make_list_kind, make_sanction
from tests.factories.parties import make_centre, make_party
from tests.prequalified.draws.kit import make_draw_scene
from tests.prequalified.journal import kinds, written
from tests.running import ROOT
from tests.signing.independent_draw import outcome_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return make_draw_scene()


def refused(call, *args, **kwargs) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        call(*args, **kwargs)
    return [blocker.code for blocker in refusal.value.blockers]


def suspend(admission: Admission) -> None:
    Admission.objects.filter(pk=admission.pk).update(state="suspended")


def replayed(draw: DirectoryDraw, tmp_path) -> dict:
    """By the program that anybody has, and by the independent reader; both must agree."""
    draw.refresh_from_db()
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(proof(draw), ensure_ascii=False))
    run = subprocess.run([sys.executable, "-m", "client", "draw", str(file), "--json"], capture_output=True, cwd=ROOT)
    assert run.returncode == 0, run.stdout
    told, other = json.loads(run.stdout), outcome_of(json.loads(file.read_text()))
    assert told["chosen"] == other["chosen"] and told.get("standing", told["chosen"]) == other["standing"]
    return other


def test_a_lawful_draw_ends_with_a_firm_that_anybody_finds_by_replaying(scene, tmp_path):
    draw = scene.whole()
    (row,) = taken(draw)
    outcome = replayed(draw, tmp_path)
    assert outcome["standing"] == [[row.ticket]]
    names = {entry["number"]: entry["identity"]["admission"] for entry in proof(draw)["names"]}
    assert names[row.ticket] == row.admission.number
    assert Admission.objects.get(pk=row.admission_id).drawn_at == draw.finished_at
    told = [kind for kind in kinds() if kind.startswith(("draw.", "directory_draw."))]
    assert told == [
        "directory_draw.asked", "draw.announced", "draw.frozen", "draw.committed", "directory_draw.frozen",
        "draw.committed", "draw.committed", "draw.closed", "draw.opened", "draw.opened", "draw.opened",
        "draw.finished", "directory_draw.finished",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"regime": "ENG"}, "draw.regime_eng"), ({"regime": "GP"}, "draw.regime_gp"),
        ({"budget": Decimal("5000000")}, "draw.mandatory"),
        ({"method": "comparison", "quantity": 3, "budget": Decimal("150000")}, "draw.comparison_range"),
    ],
)  # fmt: skip
def test_what_law_forbids_is_refused_naming_the_rule_and_stays_visible(scene, changed, code):
    with pytest.raises(Refusal) as refusal:
        scene.ask(**changed)
    (blocker,) = refusal.value.blockers
    kept = DirectoryDraw.objects.get()
    assert (blocker.code, blocker.params["number"], kept.state) == (code, kept.number, "refused")
    assert blocker.rule and kept.refusal[0]["rule"] == blocker.rule
    assert written()[-1]["body"]["reasons"] == [code]
    assert refused(scene.freeze, kept) == ["draw.wrong_state"]


def test_a_form_with_faults_is_not_kept(scene):
    assert refused(scene.ask, title="", quantity=2) == ["draw.title", "draw.quantity"]
    assert refused(scene.ask, directory="none") == ["directory.unknown"]
    assert refused(scene.ask, recused={"x": "有诉讼"}) == ["draw.recused_unknown"]
    assert refused(scene.ask, recused={scene.kits[0].party.number: " "}) == ["draw.reason"]
    assert refused(scene.ask, actor=scene.host.actor(), tenderer="nobody") == ["draw.tenderer"]
    assert DirectoryDraw.objects.count() == 0


def test_staff_ask_for_a_tenderer_but_never_choose_its_agency(scene):
    assert scene.ask(actor=scene.host.actor()).tenderer == scene.tenderer.party
    scene.directory.category.kind = "agency"
    scene.directory.category.save()
    assert refused(scene.ask, actor=scene.host.actor()) == ["draw.agency"]


def test_everybody_left_out_is_published_with_every_reason(scene):
    first, second, third, fourth, fifth = scene.firms
    suspend(first)
    Admission.objects.filter(pk=second.pk).update(running=3, valid_until=dt.date(2026, 1, 1))
    Relation.objects.create(one=scene.tenderer.party, other=third.party, kind="control", source="登记", noted_at=now())
    draw = scene.freeze(scene.ask(recused={fourth.party.number: "与招标人有诉讼"}))
    found = {entry["admission"]: [reason["code"] for reason in entry["reasons"]] for entry in draw.exclusions}
    assert found == {
        first.number: ["draw.suspended"], second.number: ["draw.expired", "draw.capacity"],
        third.number: ["draw.related"], fourth.number: ["draw.recused"],
    }  # fmt: skip
    assert [entry["identity"]["admission"] for entry in draw.draw.names] == [fifth.number]
    entry = next(one for one in written() if one["kind"] == "directory_draw.frozen")
    assert entry["body"]["eligible_sha256"] == draw.eligible_sha256 and entry["body"]["excluded"] == 4


def test_a_list_too_short_refuses_the_draw_and_keeps_the_exclusions(scene):
    for firm in scene.firms[:3]:
        suspend(firm)
    draw = scene.ask(method="comparison", quantity=3)
    assert refused(scene.freeze, draw) == ["draw.too_few_firms"]
    draw.refresh_from_db()
    assert (draw.state, len(draw.exclusions), draw.draw) == ("refused", 3, None)


def test_firms_of_the_list_may_commit_and_strangers_may_not(scene):
    draw = scene.freeze(scene.ask())
    scene.commit(draw, scene.kits[0])
    stranger = make_party("别家建设有限公司", 999, ["bidder"])
    assert refused(scene.commit, draw, stranger) == ["draw.not_invited"]


def test_a_comparison_draws_so_many_distinct_firms_with_weights(scene, tmp_path):
    Admission.objects.filter(pk__in=[one.pk for one in scene.firms[:2]]).update(rating="A")
    draw = scene.whole(method="comparison", quantity=3, weighted=True)
    assert len(draw.draw.pool) == 3 + 3 + 2 + 2 + 2  # A counts three times, B twice
    assert len({row.admission_id for row in taken(draw)}) == 3
    assert replayed(draw, tmp_path)["chosen"] == draw.draw.outcome["chosen"]


def test_rotation_takes_who_waited_longest(scene, tmp_path):
    for days, firm in enumerate(scene.firms[:3], 1):
        Admission.objects.filter(pk=firm.pk).update(drawn_at=now() - dt.timedelta(days=days))
    draw = scene.whole(method="rotation", quantity=3)
    places = [row.admission for row in taken(draw)]
    assert {row.pk for row in places[:2]} == {scene.firms[3].pk, scene.firms[4].pk}  # never engaged
    assert places[2] == scene.firms[2]  # three days ago
    replayed(draw, tmp_path)


def test_a_firm_suspended_before_the_values_open_voids_the_draw_and_the_redraw_is_visible(scene):
    draw = scene.freeze(scene.ask())
    scene.commit(draw)
    suspend(scene.firms[0])
    closed = scene.close(draw)
    assert (closed.state, closed.draw.state) == ("void", "failed")
    assert "第0建设有限公司（暂停期内）" in closed.reason
    again = redraw(number=draw.number, reason="名单变化", actor=scene.host.actor())
    again = scene.freeze(again)
    assert (again.replaces, again.draw.replaces, again.draw.reason) == (draw, closed.draw, "名单变化")
    assert [entry["admission"] for entry in again.exclusions] == [scene.firms[0].number]
    assert refused(redraw, number=draw.number, reason="再来", actor=scene.host.actor()) == ["draw.replaced"]
    assert DirectoryDraw.objects.count() == 2


def blacklist(admission: Admission) -> None:
    load_lists()
    make_sanction(admission.party, make_list_kind("directory-blacklist"))


def test_a_blacklisted_firm_is_left_out_with_the_reason_of_the_gate(scene):
    blacklist(scene.firms[2])
    draw = scene.freeze(scene.ask())
    (left_out,) = draw.exclusions
    assert left_out["admission"] == scene.firms[2].number
    assert left_out["reasons"][0]["rule"] and left_out["reasons"][0]["message"]


def test_a_blacklisting_between_freeze_and_draw_voids_early_and_passes_over_late(scene, tmp_path):
    early = scene.freeze(scene.ask())
    scene.commit(early)
    late = scene.revealed()
    blacklist(scene.firms[0])
    blacklist(scene.firms[1])
    assert scene.close(early).state == "void"
    late = scene.finish(late)
    (row,) = standing(late)
    assert row.admission not in scene.firms[:2]
    replayed(late, tmp_path)


def test_a_firm_suspended_while_the_values_open_is_passed_over_for_the_next_in_line(scene, tmp_path):
    draw = scene.revealed()
    for firm in scene.firms[:4]:
        suspend(firm)
    draw = scene.finish(draw)
    (row,) = standing(draw)
    assert row.admission == scene.firms[4]
    passed = [one for one in taken(draw) if one.declined_at]
    assert all(one.passed_over and one.decline_reason == "暂停期内" for one in passed)
    outcome = replayed(draw, tmp_path)
    assert outcome["standing"] == [[row.ticket]]
    assert len(proof(draw)["succession"]) == len(passed) == kinds().count("directory_draw.gave_way")


def test_who_declines_gives_way_to_the_next_of_the_published_order(scene, tmp_path):
    draw = scene.whole(method="comparison", quantity=3)
    first = taken(draw)[0]
    assert refused(decline_draw, number=draw.number, reason="", actor=scene.kit_of(first.admission).actor()) == [
        "draw.reason"
    ]
    decline_draw(number=draw.number, reason="项目负责人另有任务", actor=scene.kit_of(first.admission).actor())
    successor = taken(draw)[3]
    assert successor.instead_of == first and successor.place == 4
    used = [row.ticket for row in taken(draw)[:3]]
    assert successor.ticket == next(number for number in draw.draw.outcome["order"] if number not in used)
    assert replayed(draw, tmp_path)["standing"][0][0] == successor.ticket
    again = scene.kit_of(first.admission).actor()
    assert refused(decline_draw, number=draw.number, reason="x", actor=again) == ["draw.gone"]
    other = next(kit for kit in scene.kits if kit.party.pk not in {row.admission.party_id for row in taken(draw)})
    assert refused(decline_draw, number=draw.number, reason="x", actor=other.actor()) == ["draw.not_drawn"]


def test_when_all_declined_the_draw_is_drawn_again_and_not_before(scene):
    draw = scene.whole()
    assert refused(redraw, number=draw.number, reason="换一家", actor=scene.host.actor()) == ["draw.stands"]
    while standing(draw):
        row = standing(draw)[0]
        decline_draw(number=draw.number, reason="放弃", actor=scene.kit_of(row.admission).actor())
    assert Drawn.objects.count() == 5
    assert redraw(number=draw.number, reason="全部放弃", actor=scene.host.actor()).state == "asked"


def test_declining_too_late_is_refused(scene):
    draw = scene.whole()
    DirectoryDraw.objects.filter(pk=draw.pk).update(finished_at=now() - dt.timedelta(days=30))
    (row,) = taken(draw)
    actor = scene.kit_of(row.admission).actor()
    assert refused(decline_draw, number=draw.number, reason="x", actor=actor) == ["draw.decline_late"]


def test_who_withholds_a_value_is_left_out_of_the_redraw(scene):
    draw = scene.freeze(scene.ask())
    secrets = scene.commit(draw, scene.tenderer, scene.kits[0])
    scene.close(draw)
    scene.reveal(draw, {scene.tenderer.party.number: secrets[scene.tenderer.party.number]})
    assert refused(scene.finish, draw) == ["draw.not_all_opened"]
    assert refused(void_directory_draw, number=draw.number, reason=" ", actor=scene.host.actor()) == ["draw.reason"]
    void_directory_draw(number=draw.number, reason="一方未公开", actor=scene.host.actor())
    again = scene.freeze(redraw(number=draw.number, reason="一方未公开", actor=scene.host.actor()))
    assert again.left_out == [scene.kits[0].party.number]
    assert refused(scene.commit, again, scene.kits[0]) == ["draw.not_invited"]
    scene.commit(again, scene.kits[1])


def test_only_the_staff_of_its_centre_host_a_draw(scene):
    far = make_party("外地人员", "110101199001014441", ["staff"], kind="person", centre=make_centre("far"))
    draw = scene.ask()
    scene.host = far
    assert refused(scene.freeze, draw) == ["draw.unknown_directory_draw"]
    assert refused(scene.ask, actor=far.actor()) == ["directory.unknown"]


def test_a_frozen_list_costs_the_same_queries_for_many_firms(scene, django_assert_max_num_queries):
    for _ in range(20):
        make_admission(scene.directory)
    draw = scene.ask()
    with django_assert_max_num_queries(40):
        scene.freeze(draw)


def test_draws_and_places_cannot_be_rewritten(scene):
    draw = scene.whole()
    for wrong in (
        lambda: DirectoryDraw.objects.filter(pk=draw.pk)._raw_delete("default"),
        lambda: Drawn.objects.all()._raw_delete("default"),
        lambda: Drawn.objects.update(place=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()
    void = scene.ask()
    void_directory_draw(number=void.number, reason="撤回", actor=scene.host.actor())
    with pytest.raises(DatabaseError), transaction.atomic():
        DirectoryDraw.objects.filter(pk=void.pk).update(reason="")
    assert replay(proof(draw)).number == Draw.objects.get().number
