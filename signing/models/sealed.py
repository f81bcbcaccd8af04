"""The sealed journal (protocol §5): until its deadline a section's entries stand in a tree of the section's own."""

from django.db import models
from django.db.models import Q


class SealedTree(models.Model):
    """One section's tree for one round of tendering. Three fields may be set once each; nothing else ever changes."""

    section = models.CharField(max_length=80)
    number = models.PositiveSmallIntegerField(default=1, help_text="a re-tendered section opens the next tree")
    secret = models.BinaryField(help_text="32 bytes from which the commitments' salts come; disclosed at the deadline")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="set once: no entry joins any more")
    disclosed_at = models.DateTimeField(null=True, help_text="set once: its entries stand in the main journal")
    disclosure_index = models.BigIntegerField(null=True, help_text="set once: main index of journal.disclosed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "number"], name="one_sealed_tree_per_round"),
            models.CheckConstraint(
                condition=Q(disclosed_at=None) | Q(closed_at__isnull=False), name="closed_before_disclosed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}/{self.number}"


class SealedEntry(models.Model):
    """An entry in its place in a sealed tree."""

    tree = models.ForeignKey(SealedTree, models.PROTECT, related_name="entries", db_index=False)
    index = models.BigIntegerField()
    inbox = models.OneToOneField("signing.JournalInbox", models.PROTECT, related_name="sealed_entry")
    leaf = models.BinaryField()
    receipt = models.TextField(
        help_text="signed note: this leaf is in the tree, whose root it commits to without showing it"
    )

    class Meta:
        ordering = ["tree", "index"]
        constraints = [models.UniqueConstraint(fields=["tree", "index"], name="one_entry_per_sealed_place")]


class SealedRoot(models.Model):
    """The root of a sealed tree after each batch."""

    tree = models.ForeignKey(SealedTree, models.PROTECT, related_name="roots", db_index=False)
    size = models.BigIntegerField()
    root = models.BinaryField()
    edge = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["tree", "size"]
        constraints = [models.UniqueConstraint(fields=["tree", "size"], name="one_root_per_sealed_size")]


class Commitment(models.Model):
    """The one entry every ten minutes over all open sections' trees, whether or not anything happened."""

    due = models.DateTimeField(unique=True, help_text="the start of its interval")
    root = models.BinaryField()
    filler = models.BinaryField(help_text="32 bytes from which the values that hide the number of trees come")
    inbox = models.OneToOneField("signing.JournalInbox", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due"]


class CommittedTree(models.Model):
    """One tree's part in a commitment: SHA-256(salt ‖ sealed root ‖ size)."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="parts", db_index=False)
    tree = models.ForeignKey(SealedTree, models.PROTECT, related_name="commitments")
    size = models.BigIntegerField()
    value = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "tree"], name="a_tree_is_committed_once")]
