from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Room(models.Model):
    """A stream of events somebody watches (an opening hall, an evaluation room). Its row is the lock of its sequence."""

    name = models.CharField(max_length=120, unique=True, help_text="`hall:BSC-…`, `room:BSC-…`")
    seq = models.BigIntegerField(default=0, help_text="sequence number of the last event")

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """Something watchers should know: a hint, never the only record of an act. `seq` has no gaps within a room."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    body = models.JSONField(encoder=DjangoJSONEncoder)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="events_of_a_room_are_numbered_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq} {self.kind}"
