"""Draws over the API: the file anybody replays, and the parties' part in it."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from runtime.actor import ANYBODY, Actor
from runtime.refusal import Refusal
from signing.actions.commit_draw import commit_draw
from signing.actions.draw_facts import find_draw
from signing.actions.reveal_draw import release_draw_share, reveal_draw
from signing.queries.draws import draw_file
from signing.rules import draw_faults

router = Router(tags=["draws"])


class EscrowedShare(Schema):
    recipient: str
    share_sha256: str
    sealed: str


class CommitmentDocument(Schema):
    """`yangguang-draw-commitment/1`."""

    format: str
    draw: str
    commitment: str
    escrow: list[EscrowedShare]


class OpenedValue(Schema):
    salt: str
    value: str


class ReleasedShare(Schema):
    party: str
    share: str


def _actor(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


@router.get("/draws/{number}")
def one_draw(request: HttpRequest, number: str) -> dict[str, Any]:
    """The draw file, without names."""
    return draw_file(find_draw(number))


@router.post("/draws/{number}/commitments")
def commit(request: HttpRequest, number: str, document: CommitmentDocument) -> dict[str, Any]:
    """A party hands in its commitment; answered with the draw file as it stands."""
    draw = find_draw(number)
    commit_draw(draw=draw, actor=_actor(request), document=document.dict())
    return draw_file(draw)


@router.post("/draws/{number}/openings")
def reveal(request: HttpRequest, number: str, opened: OpenedValue) -> dict[str, Any]:
    """A party opens its value, in hexadecimal."""
    draw = find_draw(number)
    reveal_draw(draw=draw, actor=_actor(request), salt=_bytes(opened.salt), value=_bytes(opened.value))
    return draw_file(draw)


@router.post("/draws/{number}/shares")
def release(request: HttpRequest, number: str, released: ReleasedShare) -> dict[str, Any]:
    """A trustee releases its share of a party's value, in hexadecimal."""
    draw = find_draw(number)
    release_draw_share(draw=draw, party=released.party, share=_bytes(released.share), actor=_actor(request))
    return draw_file(draw)


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Refusal(draw_faults.malformed("this is no hexadecimal"), 422) from error
