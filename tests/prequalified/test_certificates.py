"""Binding and unbinding certificates, over the API; and who is told when one expires."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from prequalified.models import AccessToken, Account, Application, Challenge, PartyCertificate
from prequalified.queries.tasks import tasks
from prequalified.rules.binding import announcement_due
from prequalified.tasks import clear_access, expiring_certificates
from runtime.clock import BEIJING, now
from signing.rules.demo_ca import make_ca
from tests.factories.parties import bind as bound
from tests.factories.parties import demo_ca, log_in, make_party, trust
from tests.factories.parties import uscc as made
from tests.prequalified.api import NAME, bind, codes, enter, registered, send
from tests.prequalified.journal import kinds

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def kit(client):
    trust("rsa", "ecdsa")
    kit = make_party(NAME, 1)
    log_in(client, kit)
    return kit


@pytest.mark.cts("A-12")
def test_several_certificates_of_several_authorities_are_bound_and_unbound(client, kit):
    second = demo_ca("ecdsa").issue(NAME, kit.party.number)
    answer = bind(client, second)
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["holder"], "SERIALNUMBER" in answer.json()["subject"]) == (NAME, False)
    assert codes(bind(client, second)) == ["certificate.bound_already"]
    assert enter(client, second).status_code == 201
    assert enter(client, kit.signing_key).status_code == 201
    assert client.delete(f"/api/v1/certificates/{answer.json()['fingerprint']}").status_code == 204
    assert codes(enter(client, second)) == ["certificate.not_bound"]
    assert [row["unbound_at"] is None for row in client.get("/api/v1/certificates").json()] == [False, True]
    assert kinds().count("certificate.bound") == kinds().count("certificate.unbound") == 1
    assert bind(client, second).status_code == 201  # and bound again


@pytest.mark.cts("A-12")
def test_a_certificate_of_another_party_is_refused_with_every_reason(client, kit):
    other = make_party("示范第二建设有限公司", 2)
    assert codes(bind(client, other.signing_key)) == [
        "certificate.wrong_holder", "certificate.other_name", "certificate.bound_elsewhere",
    ]  # fmt: skip
    assert kit.party.certificates.count() == 1


@pytest.mark.cts("A-12")
def test_a_certificate_with_another_name_is_refused_in_clear_words(client, kit):
    answer = bind(client, demo_ca().issue("示范第一建设集团有限公司", kit.party.number))
    assert codes(answer) == ["certificate.other_name"]
    message = answer.json()["blockers"][0]["message"]
    assert "示范第一建设集团有限公司" in message and NAME in message


def test_a_name_in_other_signs_is_the_same_name(client):
    trust("rsa")
    kit = make_party("甲（集团）有限公司", 3)
    log_in(client, kit)
    assert bind(client, demo_ca().issue("甲(集团)有限公司", kit.party.number)).status_code == 201


def test_a_certificate_without_a_number_is_refused(client, kit):
    assert codes(bind(client, demo_ca().issue(NAME, ""))) == ["certificate.wrong_holder"]


@pytest.mark.cts("A-12")
@pytest.mark.parametrize(
    ("first", "last", "code"), [(-90, -1, "certificate.expired"), (1, 90, "certificate.not_yet_valid")]
)
def test_the_certificates_validity_is_checked(client, kit, first, last, code):
    period = {"not_before": now() + first * DAY, "not_after": now() + last * DAY}
    assert codes(bind(client, demo_ca().issue(NAME, kit.party.number, **period))) == [code]


def test_a_certificate_of_an_unknown_authority_is_not_bound(client, kit):
    assert codes(bind(client, make_ca("别家", "ecdsa").issue(NAME, kit.party.number))) == ["certificate.unknown_ca"]


def test_a_challenge_of_somebody_else_binds_nothing(client, kit):
    given = send(client, "post", "/certificates/challenges").json()
    thief = log_in(type(client)(), make_party("示范第二建设有限公司", 2))
    key = demo_ca("ecdsa").issue(NAME, kit.party.number)
    assert codes(bind(thief, key, given)) == ["challenge.unknown"]
    assert bind(client, key, given).status_code == 201


def test_a_replayed_binding_is_refused(client, kit):
    given = send(client, "post", "/certificates/challenges").json()
    key = demo_ca("ecdsa").issue(NAME, kit.party.number)
    number = bind(client, key, given).json()["fingerprint"]
    client.delete(f"/api/v1/certificates/{number}")
    assert codes(bind(client, key, given)) == ["challenge.used"]


def test_another_partys_certificate_cannot_be_unbound(client, kit):
    other = make_party("示范第二建设有限公司", 2)
    number = other.party.certificates.get().fingerprint
    assert codes(client.delete(f"/api/v1/certificates/{number}")) == ["certificate.not_bound_here"]
    assert other.party.certificates.get().unbound_at is None


def test_the_database_itself_binds_a_certificate_to_one_party_only(kit):
    other = make_party("示范第二建设有限公司", 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        bound(other.party, kit.signing_key)


def test_two_parties_that_claim_one_certificate_at_once_one_gets_it(client, kit, monkeypatch):
    """The other's row appears between look and write: the database refuses, the applicant is told."""
    from prequalified.actions import bind_certificate as act

    other = make_party("示范第二建设有限公司", 2)
    key = demo_ca("ecdsa").issue(NAME, kit.party.number)
    look = act.blockers

    def blockers(*facts):
        found = look(*facts)
        bound(other.party, key)
        return found

    monkeypatch.setattr(act, "blockers", blockers)
    assert codes(bind(client, key)) == ["certificate.bound_elsewhere"]


def test_a_fresh_party_binds_with_its_password_before_it_is_verified(client):
    trust("rsa")
    registered(client)
    assert bind(client, demo_ca().issue(NAME, made(7))).status_code == 201


def expiring(kit, days: float) -> PartyCertificate:
    PartyCertificate.objects.filter(party=kit.party).update(not_after=now() + days * DAY)
    Account.objects.filter(pk=kit.account.pk).update(email="bids@example.org")
    return PartyCertificate.objects.get(party=kit.party)


@pytest.mark.cts("A-13")
def test_an_expiring_certificate_is_announced_by_mail_and_on_the_list(kit):
    row = expiring(kit, 20)
    assert expiring_certificates() == 1
    (letter,) = mail.outbox
    until = row.not_after.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    assert letter.to == ["bids@example.org"] and until in letter.body and NAME in letter.subject
    assert letter.content_subtype == "plain"
    (task,) = tasks(kit.actor())
    assert (task.until, task.url) == (row.not_after, "/certificates/") and task.otherwise
    assert "certificate.expiring" in kinds()


def test_it_is_announced_thirty_seven_and_one_day_before_and_once_each():
    not_after = dt.datetime(2026, 12, 31, tzinfo=dt.UTC)
    announced, told = None, []
    for hours in range(40 * 24, -25, -1):  # the beat looks every hour
        moment = not_after - dt.timedelta(hours=hours)
        if announcement_due(not_after, announced, moment):
            announced = moment
            told.append(hours / 24)
    assert told == [30, 7, 1]


def test_a_second_look_announces_nothing_again(kit):
    expiring(kit, 5)
    assert [expiring_certificates() for _ in range(3)] == [1, 0, 0]
    assert len(mail.outbox) == 1


def test_unbound_and_expired_certificates_are_not_announced(kit):
    expiring(kit, -1)
    assert expiring_certificates() == 0
    expiring(kit, 5)
    PartyCertificate.objects.update(unbound_at=now())
    assert expiring_certificates() == 0
    assert mail.outbox == []


@pytest.mark.cts("A-13")
def test_an_expired_certificate_cannot_be_used_although_it_is_bound(client, kit):
    expiring(kit, -0.01)
    assert client.get("/api/v1/me").json()["role"] == "citizen"
    (task,) = tasks(kit.actor("bidder"))
    assert "已过期" in task.title


def test_ones_certificates_cost_the_same_for_one_and_three(client, kit):
    counts = []
    for more in (0, 2):
        for _ in range(more):
            bound(kit.party, demo_ca("ecdsa").issue(NAME, kit.party.number))
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/certificates")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_the_to_do_list_costs_the_same_for_one_application_and_three(kit, django_assert_max_num_queries):
    for role in ("tenderer", "agency", "trustee"):
        held = kit.party.roles.create(role=role)
        Application.objects.create(party_role=held)
        with django_assert_max_num_queries(4):
            found = list(tasks(kit.actor()))
    assert len(found) == 3


def test_what_has_run_out_is_cleared_and_the_rest_stays(client, kit):
    send(client, "post", "/challenges")
    enter(client, kit.signing_key)
    assert clear_access() == 0
    Challenge.objects.update(issued_at=now() - DAY)
    AccessToken.objects.update(expires_at=now() - DAY)
    assert clear_access() == 3
