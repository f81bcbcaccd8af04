"""The journal (日志): the inbox that acts write to, the tree that the sealer chains, checkpoints over it.

All tables here are append-only by trigger (migration 0002); the exceptions are named at the field.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from signing.models.sealed import SealedTree


class Readers(models.TextChoices):
    """Who may read an entry's content; its hash is public at once."""

    PUBLIC = "public", _("公开")
    PARTY = "party", _("当事人及监督人员")
    SUPERVISOR = "supervisor", _("监督人员")


class JournalInbox(models.Model):
    """An entry as its act wrote it, in the act's own transaction. The sealer gives it its place in a tree.

    `head` and `tail` are the entry's canonical JSON, cut where `,"index":n` belongs once the place is known; an entry of a
    sealed tree has no index (it would tell its reader how many came before), so there head + tail is the whole entry.
    """

    head = models.TextField()
    tail = models.TextField()
    tree = models.ForeignKey(SealedTree, models.PROTECT, null=True, related_name="inbox", db_index=False)
    chained = models.BooleanField(default=False, help_text="may only turn true, and only once its entry is in a tree")

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(chained=False), name="inbox_waiting")]

    def entry(self, index: int) -> bytes:
        """The canonical bytes whose leaf hash stands in the tree; `index` is passed over in a sealed tree."""
        if self.tree_id is not None:
            return (self.head + self.tail).encode()
        return f'{self.head},"index":{index}{self.tail}'.encode()


class JournalEntry(models.Model):
    """An entry in its place in the platform's one tree. The columns beside the hash repeat the content, for searching."""

    index = models.BigIntegerField(primary_key=True)
    inbox = models.OneToOneField(JournalInbox, models.PROTECT, related_name="journal_entry")
    leaf = models.BinaryField(help_text="SHA-256(0x00 ‖ entry)")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    readers = models.CharField(max_length=12, choices=Readers.choices)
    time = models.DateTimeField()

    class Meta:
        ordering = ["index"]
        indexes = [
            models.Index(fields=["subject", "index"], name="entries_by_subject"),
            models.Index(fields=["kind", "index"], name="entries_by_kind"),
            models.Index(fields=["time"], name="entries_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"

    def entry(self) -> bytes:
        """The canonical JSON bytes."""
        return self.inbox.entry(self.index)


class TreeHash(models.Model):
    """The root of a full tile of the level below: level l ≥ 1, position p covers leaves [p·256^l, (p+1)·256^l)."""

    level = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "position"], name="one_hash_per_node")]


class Checkpoint(models.Model):
    """A signed tree head (c2sp.org/tlog-checkpoint). One is made with each batch that the sealer chains."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    edge = models.BinaryField(help_text="roots of the complete subtrees, largest first: where the sealer goes on")
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["size"]

    def __str__(self) -> str:
        return f"{self.size} {bytes(self.root).hex()[:16]}"


class CheckpointTimestamp(models.Model):
    """An RFC 3161 token over SHA-256 of a checkpoint's note, every hour and at each opening."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="timestamps")
    token = models.BinaryField()
    reason = models.CharField(max_length=120, unique=True, help_text="the hour or the opening it was made for")
    at = models.DateTimeField()


class Witness(models.Model):
    """A witness whose cosignatures the platform accepts: a supervisor's program with its own key. Not append-only."""

    name = models.CharField(_("见证人"), max_length=200, unique=True)
    key = models.CharField(_("公钥"), max_length=400, help_text="verifier key, type 0x04 (c2sp.org/tlog-cosignature)")
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class CheckpointCosignature(models.Model):
    """A witness's signature line over a checkpoint."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, models.PROTECT, related_name="cosignatures")
    line = models.TextField()
    signed_at = models.DateTimeField(help_text="as the witness says")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="a_witness_cosigns_once")]
