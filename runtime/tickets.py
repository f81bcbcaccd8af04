"""Short-lived signed tickets for sockets: a reconnect storm is let in without a single look into the database."""

from dataclasses import asdict

from django.core import signing

from runtime.actor import Actor, Source
from runtime.refusal import Blocker, Refusal, gettext_noop

SECONDS = 120
_SALT = "runtime.tickets"


def issue(actor: Actor, room: str) -> str:
    """A ticket for one room, good for two minutes, to stand in the socket's address as `?ticket=`."""
    return signing.dumps({"room": room, "actor": asdict(actor)}, salt=_SALT, compress=True)


def read(ticket: str, room: str) -> Actor:
    """The actor a ticket was made for. Refused: altered, older than two minutes, or made for another room."""
    try:
        data = signing.loads(ticket, salt=_SALT, max_age=SECONDS)
        actor = Actor(**{**data["actor"], "source": Source(**data["actor"]["source"])})
    except (signing.BadSignature, KeyError, TypeError) as error:
        raise Refusal(_stale(), status=401) from error
    if data["room"] != room:
        raise Refusal(_stale(), status=401)
    return actor


def _stale() -> Blocker:
    return Blocker(
        code="ticket.invalid",
        message=gettext_noop("进入凭证无效或已过期。"),
        remedy=gettext_noop("请刷新页面后重新进入。"),
    )
