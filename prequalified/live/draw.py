"""The live page of a draw: `/live/draws/<number>`. Everybody may watch; acts go through the API."""

from prequalified.queries.draws.shown import all_draws
from runtime.live import LiveConsumer
from runtime.tail import in_database
from signing.events import draw_room


class DrawConsumer(LiveConsumer):
    async def admit(self) -> str | None:
        return await in_database(_room, self.scope["url_route"]["kwargs"]["number"])


def _room(number: str) -> str | None:
    """The room of the verifiable draw; none before the list is frozen."""
    found = all_draws().filter(number=number, draw__isnull=False).values_list("draw__number", flat=True).first()
    return draw_room(found) if found else None
