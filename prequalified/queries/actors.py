"""Who is asking: the actor behind a request, a socket or a bearer token, as things stand at this moment.

None query for a visitor, two for a bearer token, four for a browser's session (session, user, account with party, standing).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists
from django.http import HttpRequest

from prequalified.models import AccessToken, Account, Party, PartyCertificate, PartyRole, RoleStatus
from prequalified.rules.log_in import READING_ROLES
from runtime.actor import ANYBODY, Actor, Source
from runtime.clock import now

ROLE, CERTIFICATE = "role", "certificate"  # keys of the session


def actor_of(account: Account, role: str, source: Source) -> Actor:
    """The account acting in `role`, if that role is verified now and the certificate used is bound and valid now.

    Otherwise a citizen who is known: suspension, unbinding and expiry take effect with the next request. Without a
    certificate only reading roles are to be had.
    """
    party = account.party
    actor = Actor(role="citizen", name=account.get_full_name(), account_id=account.pk, source=source)
    if party is None or not account.is_active:
        return replace(actor, source=replace(source, certificate=""))
    actor = replace(actor, name=party.name, party_id=party.pk, number=party.number, centre=party.centre.code)
    held, bound = _standing(party.pk, role, source.certificate)
    if source.certificate and not bound:
        return replace(actor, source=replace(source, certificate=""))
    may = held and (bound or role in READING_ROLES)
    return replace(actor, role=role) if may else actor


def as_of_now(actor: Actor) -> Actor:
    """The actor of a socket that was opened a while ago, as things stand at this moment; one query.

    Who was suspended since, or whose certificate was unbound or ran out, acts as a citizen, as with the next request.
    """
    if actor.party_id is None or actor.role == "citizen":
        return actor
    held, bound = _standing(actor.party_id, actor.role, actor.source.certificate)
    if actor.source.certificate and not bound:
        return replace(actor, role="citizen", source=replace(actor.source, certificate=""))
    return actor if held and (bound or actor.role in READING_ROLES) else replace(actor, role="citizen")


def _standing(party_id: int, role: str, fingerprint: str) -> tuple[bool, bool]:
    """Whether the role is verified, and whether the certificate is bound and not expired; one query."""
    held = PartyRole.objects.filter(party_id=party_id, role=role, status=RoleStatus.VERIFIED)
    bound = PartyCertificate.objects.filter(
        party_id=party_id, fingerprint=fingerprint, unbound_at=None, not_after__gt=now()
    )
    row = Party.objects.filter(pk=party_id).values_list(Exists(held), Exists(bound)).get()
    return bool(row[0]), bool(row[1])


def verified_roles(party_id: int) -> list[str]:
    """The roles a party may act in today, the oldest first."""
    held = PartyRole.objects.filter(party_id=party_id, status=RoleStatus.VERIFIED).order_by("id")
    return list(held.values_list("role", flat=True))


def actor_of_request(request: HttpRequest) -> Actor:
    """From the bearer token where there is one, else from the session."""
    source = Source(address=str(request.META.get("REMOTE_ADDR", "")))
    digest = bearer_digest(request.headers.get("Authorization", ""))
    if digest:
        return _actor_of_token(digest, source)
    return _actor_of_session(request.session, request.user, source)


def for_scope(scope: Mapping[str, Any]) -> Actor:
    """The actor of an ASGI scope (sockets, raw applications), by bearer token or session cookie. Blocks: call it in a thread."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
    source = Source(address=(scope.get("client") or ("",))[0])
    digest = bearer_digest(headers.get("authorization", ""))
    if digest:
        return _actor_of_token(digest, source)
    cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    if cookie is None:
        return replace(ANYBODY, source=source)
    session = import_module(settings.SESSION_ENGINE).SessionStore(cookie.value)
    return _actor_of_session(session, _user_of(session), source)


def _actor_of_token(digest: str, source: Source) -> Actor:
    """ANYBODY's rights for a token that is unknown, expired or revoked."""
    rows = AccessToken.objects.filter(sha256=digest, revoked_at=None, expires_at__gt=now())
    found = rows.select_related("account__party__centre").first()
    if found is None:
        return replace(ANYBODY, source=source)
    return actor_of(
        found.account, found.role, replace(source, session=token_name(digest), certificate=found.certificate)
    )


def _actor_of_session(session: Any, user: Any, source: Source) -> Actor:
    if not user.is_authenticated:
        return replace(ANYBODY, source=source)
    source = replace(source, session=session_name(session.session_key), certificate=session.get(CERTIFICATE, ""))
    account = Account.objects.select_related("party__centre").get(pk=user.pk)
    return actor_of(account, session.get(ROLE, ""), source)


def _user_of(session: Any) -> Account | AnonymousUser:
    """As django.contrib.auth does for a request: the session must belong to the account's present password."""
    request = HttpRequest()
    request.session = session
    return get_user(request)  # type: ignore[return-value]


def bearer_digest(header: str) -> str:
    """SHA-256 (hex) of the bearer token in an Authorization header, which is how tokens are kept; empty without one."""
    scheme, _, token = header.partition(" ")
    return token_digest(token.strip()) if scheme.lower() == "bearer" else ""


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def token_name(digest: str) -> str:
    """How the journal calls a token."""
    return f"token:{digest[:16]}"


def session_name(key: str | None) -> str:
    """How the journal calls a session; its key is a secret."""
    return f"session:{hashlib.sha256((key or '').encode()).hexdigest()[:16]}"
