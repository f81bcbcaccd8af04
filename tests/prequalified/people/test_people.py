"""People of a party over the API: from draft to verified, changed, gone; who stands twice; what bad input is told."""

import datetime as dt

import httpx
import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from prequalified.actions.open_access import Admission, open_access
from prequalified.models import Account, ExpiryAnnouncement, Paper, Person, Relation
from prequalified.queries.people.persons import standing_people
from prequalified.queries.people.tasks import tasks
from prequalified.rules.people.numbers import check_digit, masked, number_blockers
from prequalified.rules.people.persons import MOVES, person_move_blockers
from prequalified.tasks import expiring_papers
from signing.rules.certificates import fingerprint
from tests.factories.parties import log_in, make_centre, make_party
from tests.factories.parties import uscc as made
from tests.prequalified.api import NAME, codes, registered, send
from tests.prequalified.journal import kinds, written
from tests.prequalified.people.acting import (
    NUMBER,
    OTHER_NUMBER,
    add,
    entered,
    handed_in,
    manager,
    papers,
    representative,
    today,
    verified,
)
from tests.prequalified.test_races import at_once

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def proofs(firm, kit):
    return papers(firm, kit, "personal", "employment")


def other_firm(serial=2, name="示范第二建设有限公司"):
    kit = make_party(name, serial, ["bidder"])
    client = log_in(Client(), kit)
    return client, papers(client, kit, "personal", "employment", "licence"), kit


@pytest.mark.cts("A-210", "A-216")
def test_somebody_is_entered_handed_in_verified_and_shown_with_who_and_when(firm, staff, proofs):
    number = verified(firm, staff, manager(proofs))
    (row,) = firm.get("/api/v1/people").json()["items"]
    assert (row["status"], row["applied_by"], row["decided_by"]) == ("verified", NAME, "交易中心")
    assert row["applied_at"] < row["decided_at"] and sorted(row["papers"]) == sorted(proofs)
    page = staff.get(f"/staff/people/{number}/").content.decode()
    assert "张三" in page and NAME in page and "交易中心" in page
    assert [kind for kind in kinds() if kind.startswith("person.")] == [
        "person.entered", "person.submitted", "person.verified",
    ]  # fmt: skip
    assert standing_people(Person.objects.get().party_id, today()).count() == 1


def test_the_personal_number_is_nowhere_but_as_a_keyed_hash_and_masked(firm, staff, proofs):
    number = verified(firm, staff, manager(proofs))
    row = Person.objects.get()
    assert row.number_shown == "110101**********37" and len(row.number_key) == 64
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM prequalified_person")
        assert NUMBER not in str(cursor.fetchall())
    for client, path in (
        (firm, f"/people/{number}/"), (staff, f"/staff/people/{number}/"), (firm, "/api/v1/people"),
        (staff, "/api/v1/staff/people"),
    ):  # fmt: skip
        text = client.get(path).content.decode()
        assert NUMBER not in text and row.number_key not in text
    assert NUMBER not in str(written())


def test_the_key_depends_on_the_secret(firm, proofs, settings):
    entered(firm, manager(proofs))
    before = Person.objects.get().number_key
    Person.objects.all().delete()
    settings.SECRET_KEY = "another secret"
    client = log_in(Client(), make_party("丙公司", 3))
    entered(client, manager([]))
    assert Person.objects.get().number_key != before


def test_all_that_is_missing_is_told_at_once_and_the_draft_stays(firm, staff):
    number = entered(firm, {"duty": "project_manager"})
    answer = send(firm, "post", f"/people/{number}/submission")
    assert answer.status_code == 422
    assert codes(answer) == ["person.missing"] * 6 + ["person.proof_missing"] * 2
    assert Person.objects.get().status == "draft"
    assert staff.get(f"/staff/people/{number}/").status_code == 404
    assert staff.get("/api/v1/staff/people").json()["count"] == 0


def test_an_expired_certificate_is_named(firm, proofs):
    yesterday = today() - DAY
    number = entered(firm, manager(proofs, valid_until=yesterday.isoformat()))
    answer = send(firm, "post", f"/people/{number}/submission")
    (blocker,) = answer.json()["blockers"]
    assert blocker["code"] == "person.certificate_expired"
    assert all(word in blocker["message"] for word in ("张三", "京1112026000001", yesterday.isoformat()))


def test_what_ran_out_while_it_waited_stops_the_verification_and_is_shown(firm, staff, proofs):
    number = handed_in(firm, manager(proofs))
    Person.objects.update(valid_until=today() - DAY)
    assert codes(send(staff, "post", f"/people/{number}/verification")) == ["person.certificate_expired"]
    assert "已于" in staff.get(f"/staff/people/{number}/").content.decode()
    assert Person.objects.get().status == "submitted"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"duty": "king"}, "person.duty"),
        ({"number": "110101199001011234"}, "personal_number.check_digit"),
        ({"number": "1234"}, "personal_number.form"),
        ({"specialty": "长" * 81}, "person.long"),
        ({"papers": ["nobody's"]}, "person.paper_unknown"),
    ],
)
def test_a_malformed_entry_is_refused_and_nothing_is_stored(firm, proofs, wrong, code):
    answer = send(firm, "post", "/people", manager(proofs, **wrong))
    assert (answer.status_code, codes(answer)) == (422, [code])
    assert not Person.objects.exists() and "person.entered" not in kinds()


def test_anothers_papers_prove_nothing_here(firm, kit):
    _, theirs, _ = other_firm()
    assert codes(send(firm, "post", "/people", manager(theirs))) == ["person.paper_unknown"]


@pytest.mark.cts("A-30")
def test_what_is_being_verified_is_locked_and_can_be_taken_back(firm, staff, proofs):
    number = handed_in(firm, manager(proofs))
    assert codes(send(firm, "put", f"/people/{number}", manager(proofs, name="王五"))) == ["person.locked"]
    assert codes(firm.delete(f"/api/v1/people/{number}")) == ["person.locked"]
    assert firm.delete(f"/api/v1/people/{number}/submission").status_code == 200
    assert codes(send(staff, "post", f"/people/{number}/verification")) == ["person.not_submitted"]
    assert send(firm, "put", f"/people/{number}", manager(proofs, name="王五")).json()["name"] == "王五"


def test_a_refused_entry_shows_its_reasons_is_corrected_and_handed_in_again(firm, staff, kit, proofs):
    number = handed_in(firm, manager(proofs))
    assert codes(send(staff, "post", f"/people/{number}/refusal", {"reasons": " "})) == ["reasons.missing"]
    assert send(staff, "post", f"/people/{number}/refusal", {"reasons": "证书照片不清；专业不符"}).status_code == 200
    assert "证书照片不清；专业不符" in firm.get(f"/people/{number}/").content.decode()
    assert any("张三" in task.title and task.url == f"/people/{number}/" for task in tasks(kit.actor()))
    assert send(firm, "put", f"/people/{number}", manager(proofs, specialty="公路工程", number="")).status_code == 200
    assert send(firm, "post", f"/people/{number}/submission").status_code == 200
    assert send(staff, "post", f"/people/{number}/verification").json()["specialty"] == "公路工程"


@pytest.mark.cts("A-31")
def test_a_change_takes_effect_only_when_verified_and_the_old_entry_stays_readable(firm, staff, proofs):
    old = verified(firm, staff, manager(proofs))
    new = send(firm, "post", f"/people/{old}/change").json()["id"]
    assert codes(send(firm, "post", f"/people/{old}/change")) == ["person.change_open"]
    send(firm, "put", f"/people/{new}", manager(proofs, number="", grade="一级", specialty="公路工程"))
    send(firm, "post", f"/people/{new}/submission")
    statuses = dict(Person.objects.values_list("pk", "status"))
    assert statuses == {old: "verified", new: "submitted"}
    page = staff.get(f"/staff/people/{new}/").content.decode()
    assert "市政公用工程" in page and "公路工程" in page and page.count("table-warning") == 2
    assert send(staff, "post", f"/people/{new}/verification").status_code == 200
    statuses = dict(Person.objects.values_list("pk", "status"))
    assert statuses == {old: "replaced", new: "verified"}
    assert firm.get(f"/people/{old}/").status_code == 200


def test_somebody_leaves_at_once_and_counts_no_more(firm, staff, kit, proofs):
    number = verified(firm, staff, manager(proofs))
    assert send(firm, "post", f"/people/{number}/leaving").json()["left_at"]
    assert not standing_people(kit.party.pk, today()).exists()
    assert codes(send(firm, "post", f"/people/{number}/leaving")) == ["person.not_verified"]
    assert codes(send(firm, "post", f"/people/{number}/change")) == ["person.not_verified"]
    assert "person.left" in kinds()


def test_the_same_person_twice_in_one_duty_is_refused(firm, staff, proofs):
    verified(firm, staff, manager(proofs))
    second = entered(firm, manager(proofs))
    assert codes(send(firm, "post", f"/people/{second}/submission")) == ["person.standing"]


def test_two_entries_of_one_person_handed_in_before_either_is_verified_the_second_is_refused(firm, staff, proofs):
    first, second = handed_in(firm, manager(proofs)), handed_in(firm, manager(proofs))
    assert send(staff, "post", f"/people/{first}/verification").status_code == 200
    assert codes(send(staff, "post", f"/people/{second}/verification")) == ["person.standing"]


def test_a_second_legal_representative_is_refused(firm, staff, kit):
    (licence,) = papers(firm, kit, "licence")
    verified(firm, staff, representative([licence]))
    second = entered(firm, representative([licence], name="赵六", number=NUMBER))
    assert codes(send(firm, "post", f"/people/{second}/submission")) == ["person.duty_taken"]


def test_one_person_at_two_firms_is_warned_about_and_not_barred(firm, staff, proofs):
    verified(firm, staff, manager(proofs))
    client, theirs, _ = other_firm()
    number = entered(client, manager(theirs))
    answer = send(client, "post", f"/people/{number}/submission")
    assert answer.status_code == 200 and answer.json()["warnings"] == ["person.stands_elsewhere"]
    page = client.get(f"/people/{number}/").content.decode()
    assert "已在其他单位登记" in page and NAME not in page  # which firm is not told to a competitor
    page = staff.get(f"/staff/people/{number}/").content.decode()
    assert "在其他单位也登记" in page and NAME in page
    assert send(staff, "post", f"/people/{number}/verification").status_code == 200


def test_one_legal_representative_relates_two_firms_until_one_changes(firm, staff, kit):
    (licence,) = papers(firm, kit, "licence")
    first = verified(firm, staff, representative([licence]))
    client, theirs, other = other_firm()
    verified(client, staff, representative(theirs))
    row = Relation.objects.get()
    assert (row.one_id, row.other_id, row.kind, row.until) == (
        kit.party.pk,
        other.party.pk,
        "legal_representative",
        None,
    )
    assert "李四" in row.person and "relation.noted" in kinds()
    for party in (kit.party, other.party):
        assert "同一法定代表人" in staff.get(f"/staff/parties/{party.pk}/").content.decode()
    new = send(firm, "post", f"/people/{first}/change").json()["id"]
    send(firm, "put", f"/people/{new}", representative([licence], name="赵六", number=NUMBER))
    send(firm, "post", f"/people/{new}/submission")
    send(staff, "post", f"/people/{new}/verification")
    row.refresh_from_db()
    assert row.until == today() and "relation.ended" in kinds()


def test_staff_note_a_holding_with_its_source_and_end_it(firm, staff, kit):
    _, _, other = other_firm()
    path = f"/parties/{kit.party.pk}/relations"
    wrong = {"other": kit.party.number, "kind": "holding", "source": " "}
    assert codes(send(staff, "post", path, wrong)) == ["relation.same", "relation.share_missing", "relation.source"]
    good = {
        "other": other.party.number,
        "kind": "holding",
        "share": "51.00",
        "source": "企业信用信息公示系统 2026-11-20",
    }
    answer = send(staff, "post", path, good)
    assert (answer.status_code, answer.json()["share"]) == (201, "51.00")
    assert codes(send(staff, "post", path, good)) == ["relation.noted"]
    assert send(firm, "post", path, good).status_code == 403
    number = answer.json()["id"]
    assert staff.delete(f"/api/v1/relations/{number}").json()["until"] == today().isoformat()
    assert staff.delete(f"/api/v1/relations/{number}").status_code == 404
    form = {**good, "share": "120"}
    answer = staff.post(f"/staff/parties/{kit.party.pk}/relations/", form)
    assert answer.status_code == 422 and "不超过 100" in answer.content.decode()


def test_what_staff_noted_before_is_not_noted_twice(firm, staff, kit):
    (licence,) = papers(firm, kit, "licence")
    verified(firm, staff, representative([licence]))
    client, theirs, other = other_firm()
    told = {
        "other": other.party.number,
        "kind": "legal_representative",
        "person": "李四",
        "source": "公示系统 2026-11-20",
    }
    assert send(staff, "post", f"/parties/{kit.party.pk}/relations", told).status_code == 201
    verified(client, staff, representative(theirs))
    assert Relation.objects.get().source == "公示系统 2026-11-20"


def test_staff_of_another_centre_see_and_decide_nothing(firm, proofs):
    number = handed_in(firm, manager(proofs))
    foreign = log_in(Client(), make_party("外地中心", 51, ["staff"], centre=make_centre("other")))
    assert foreign.get(f"/staff/people/{number}/").status_code == 404
    assert send(foreign, "post", f"/people/{number}/verification").status_code == 404
    client, _, _ = other_firm()
    assert client.get(f"/people/{number}/").status_code == 404
    assert send(client, "post", f"/people/{number}/leaving").status_code == 404


def test_nobody_verifies_the_people_of_their_own_party(store):
    kit = make_party("交易中心公司", 77, ["staff", "bidder"])
    client = log_in(Client(), kit, "staff")
    row = handed_in(client, {**manager(papers(client, kit, "personal", "employment"))})
    assert codes(send(client, "post", f"/people/{row}/verification")) == ["person.own"]


def test_what_runs_out_is_announced_once_a_stage_by_mail_and_on_the_list(firm, staff, kit, proofs):
    verified(firm, staff, manager(proofs))
    soon = today() + 5 * DAY
    Person.objects.update(valid_until=soon)
    add(firm, kit, "credit", title="信用证明甲", valid_until=soon.isoformat())
    Account.objects.filter(pk=kit.account.pk).update(email="bids@example.org")
    assert [expiring_papers(), expiring_papers()] == [2, 0]
    (letter,) = mail.outbox
    assert "信用证明甲" in letter.body and "张三" in letter.body and soon.isoformat() in letter.body
    assert ExpiryAnnouncement.objects.count() == 2
    assert {"paper.expiring", "person.certificate_expiring"} <= set(kinds())
    titles = [task.title for task in tasks(kit.actor())]
    assert any("信用证明甲" in title for title in titles) and any("张三" in title for title in titles)


def test_what_has_run_out_is_shown_as_such(firm, staff, kit, proofs):
    number = verified(firm, staff, manager(proofs))
    Person.objects.update(valid_until=today() - DAY)
    assert expiring_papers() == 0
    assert "已过期" in firm.get("/people/").content.decode()
    assert "京1112026000001" in firm.get(f"/people/{number}/").content.decode()
    assert any("已过期" in task.title for task in tasks(kit.actor()))
    assert staff.get("/api/v1/staff/people?expired=yes").json()["count"] == 1


def test_lists_cost_the_same_with_one_row_and_three(firm, staff, kit, proofs):
    counts = []
    for serials in ((OTHER_NUMBER,), (NUMBER, "E12345678")):
        for each in serials:
            handed_in(firm, manager(proofs, number=each))
        for client, path in (
            (firm, "/people/"), (firm, "/api/v1/people"), (staff, "/staff/people/"), (staff, "/api/v1/staff/people"),
            (staff, f"/staff/parties/{kit.party.pk}/"),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:5] == counts[5:] and max(counts) <= 15, counts


def test_the_list_is_downloaded(firm, staff, proofs):
    handed_in(firm, manager(proofs))
    for client, path in ((firm, "/people/?format=csv"), (staff, "/staff/people/?format=csv")):
        text = b"".join(client.get(path).streaming_content).decode("utf-8-sig")
        assert "张三" in text and "110101**********37" in text and NUMBER not in text


def test_entering_and_handing_in_on_the_page_keeps_what_was_typed(firm, proofs):
    form = {"duty": "project_manager", "name": "张三", "number": NUMBER, "papers": proofs, "submit": "1"}
    answer = firm.post("/people/new/", form)
    assert answer.status_code == 422 and "请填写“执业资格”" in answer.content.decode()
    row = Person.objects.get()
    assert f'action="/people/{row.pk}/"' in answer.content.decode()  # sent again it is this draft, not a second one
    form |= {
        "qualification": "一级建造师", "specialty": "市政", "certificate_number": "A1", "number": "",
        "valid_until": today().isoformat(),
    }  # fmt: skip
    assert firm.post(f"/people/{row.pk}/", form).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.name) == ("submitted", "张三")
    assert firm.post(f"/people/{row.pk}/", {**form, "save": "1"}).status_code == 422
    assert firm.post(f"/people/{row.pk}/", {"recall": "1"}).status_code == 302
    assert firm.post(f"/people/{row.pk}/", {"delete": "1"}).status_code == 302
    assert not Person.objects.exists() and Paper.objects.count() == 2


def test_a_draft_of_three_bad_fields_says_so_at_each(firm):
    answer = firm.post("/people/new/", {"duty": "staff", "number": "12", "title": "长" * 81, "valid_until": "never"})
    assert answer.status_code == 422 and not Person.objects.exists()


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(1, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_digit_of_a_personal_number_is_found(body, place, sign):
    """But for a letter in the first place, which makes it the number of another document."""
    good = body + check_digit(body)
    assert number_blockers(good) == []
    wrong = good[:place] + sign + good[place + 1 :]
    assert (number_blockers(wrong) == []) == (wrong == good)


@given(st.text("0123456789ABCDEFGHJK", min_size=5, max_size=18))
def test_a_masked_number_hides_more_than_half_of_a_long_one(number):
    shown = masked(number)
    assert len(shown) == len(number) and shown.count("*") >= 2


def test_every_status_knows_its_moves():
    assert set(MOVES) == set(Person.Status.values)
    for status, moves in MOVES.items():
        for move in ("edit", "submit", "delete", "recall", "verify", "refuse", "change", "leave"):
            assert (person_move_blockers(status, move) == []) == (move in moves)


def test_people_entered_by_an_impostor_do_not_keep_the_true_owner_out(staff):
    client = Client()
    registered(client, name="被冒名公司", number=made(8))
    number = entered(client, {"duty": "staff", "name": "某人"})
    party = Person.objects.get(pk=number).party
    answer = send(staff, "post", f"/parties/{party.pk}/release", {"reason": "冒名"})
    assert answer.status_code == 204, answer.content
    assert not Person.objects.exists()
    registered(Client(), name="被冒名公司", number=made(8), username="owner")


def test_two_of_the_staff_verify_at_once_and_one_person_stands_once(platform, store):
    kit, staff_kit = make_party(NAME, 1, ["bidder"]), make_party("交易中心", 99, ["staff"])
    firm = log_in(Client(), kit)
    proofs = papers(firm, kit, "personal", "employment")
    numbers = [handed_in(firm, manager(proofs)) for _ in range(4)]
    token, _ = open_access(
        admission=Admission(staff_kit.account, fingerprint(staff_kit.cert_der)), role="staff", address=""
    )
    with httpx.Client(
        base_url=f"{platform.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60
    ) as http:
        answers = at_once([lambda n=n: http.post(f"/people/{n}/verification") for n in [*numbers, numbers[0]]])
    assert sum(answer.is_success for answer in answers) == 1
    assert {blocker["code"] for answer in answers if not answer.is_success for blocker in answer.json()["blockers"]} <= {
        "person.standing", "person.not_submitted",
    }  # fmt: skip
    assert Person.objects.filter(status="verified").count() == 1
