"""The actor behind a request or a socket: role, certificate and party as they stand at this moment, in few queries."""

import datetime as dt

import pytest
from asgiref.sync import async_to_sync
from django.test import RequestFactory

from prequalified.models import PartyCertificate, PartyRole, RoleStatus
from prequalified.permissions import act
from prequalified.queries.actors import actor_of_request, for_scope
from runtime.clock import now
from runtime.refusal import Refusal
from tests.factories.parties import log_in, make_party
from tests.prequalified.api import enter

pytestmark = pytest.mark.django_db


def scope_of(client) -> dict:
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return {"headers": [(b"cookie", cookie.encode())], "client": ("127.0.0.1", 1)}


@pytest.fixture
def kit():
    return make_party("甲建设有限公司", 1, ["bidder"])


def test_actor_of_a_session_has_role_party_and_certificate(client, kit):
    actor = for_scope(scope_of(log_in(client, kit)))
    assert (actor.role, actor.party_id, actor.number) == ("bidder", kit.party.pk, kit.party.number)
    assert (actor.centre, actor.source.address) == ("demo", "127.0.0.1")
    assert len(actor.source.certificate) == 64


def test_actor_of_a_bearer_token_is_the_same(client, kit):
    token = enter(client, kit.signing_key).json()["token"]
    actor = for_scope({"headers": [(b"authorization", f"Bearer {token}".encode())], "client": None})
    assert (actor.role, actor.party_id) == ("bidder", kit.party.pk)
    assert actor.source.session.startswith("token:") and token not in actor.source.session


def test_a_suspended_role_is_lost_with_the_next_request(client, kit):
    scope = scope_of(log_in(client, kit))
    PartyRole.objects.update(status=RoleStatus.SUSPENDED)
    assert for_scope(scope).role == "citizen"


@pytest.mark.parametrize("change", [{"unbound_at": now()}, {"not_after": now() - dt.timedelta(seconds=1)}])
def test_an_unbound_or_expired_certificate_takes_role_and_certificate_away(client, kit, change):
    scope = scope_of(log_in(client, kit))
    PartyCertificate.objects.update(**change)
    actor = for_scope(scope)
    assert (actor.role, actor.source.certificate) == ("citizen", "")


def test_a_session_ends_with_a_new_password(client, kit):
    scope = scope_of(log_in(client, kit))
    kit.account.set_password("another long enough one")
    kit.account.save()
    assert for_scope(scope).account_id is None


@pytest.mark.parametrize("headers", [[], [(b"cookie", b"sessionid=nonsense")], [(b"cookie", b"\xff=;;;")]])
def test_a_visitor_is_a_citizen_whom_nobody_knows(headers):
    actor = for_scope({"headers": headers, "client": ("192.0.2.1", 5)})
    assert (actor.role, actor.account_id, actor.source.address) == ("citizen", None, "192.0.2.1")


def test_who_asks_costs_two_queries_by_token_and_four_by_session(client, kit, django_assert_num_queries):
    request = RequestFactory().get(
        "/", headers={"Authorization": f"Bearer {enter(client, kit.signing_key).json()['token']}"}
    )
    with django_assert_num_queries(2):
        assert actor_of_request(request).role == "bidder"
    scope = scope_of(log_in(client, kit))
    with django_assert_num_queries(4):
        assert for_scope(scope).role == "bidder"
    with django_assert_num_queries(0):
        for_scope({"headers": [], "client": None})


@act(roles={"bidder"}, certificate=True)
def deliver(request):
    return "delivered"


@act(roles={"bidder"}, certificate=True)
async def deliver_by_socket(consumer):
    return "delivered"


def asked(actor):
    request = RequestFactory().get("/")
    request.actor = actor
    return request


@pytest.mark.parametrize("how", [deliver, async_to_sync(deliver_by_socket)], ids=["view", "socket"])
def test_the_decorator_lets_in_and_refuses_alike_in_views_and_sockets(how, kit):
    assert how(asked(kit.actor())) == "delivered"
    for actor, code, status in (
        (make_party("乙公证处", 2, ["trustee"]).actor(), "role.not_allowed", 403),
        (kit.actor(certificate=False), "login.certificate_needed", 403),
        (for_scope({"headers": []}), "login.needed", 401),
    ):
        with pytest.raises(Refusal) as refused:
            how(asked(actor))
        assert (refused.value.blockers[0].code, refused.value.status) == (code, status)


def test_a_role_that_waits_or_is_suspended_is_told_so(kit):
    PartyRole.objects.update(status=RoleStatus.SUSPENDED)
    with pytest.raises(Refusal) as refused:
        deliver(asked(kit.actor("bidder")))
    assert refused.value.blockers[0].code == "role.not_verified"


def test_an_unknown_role_is_a_bug_found_at_import():
    with pytest.raises(ValueError, match="wizard"):
        act(roles={"wizard"})
