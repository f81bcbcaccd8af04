from django.db import models
from django.db.models import Q


class ExpiryAnnouncement(models.Model):
    """A party was told that a paper or a person's certificate runs out (到期提醒); papers are never changed, so it stands here."""

    paper = models.ForeignKey("prequalified.Paper", models.PROTECT, null=True, related_name="announcements")
    person = models.ForeignKey("prequalified.Person", models.PROTECT, null=True, related_name="announcements")
    announced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paper=None, person__isnull=False) | Q(paper__isnull=False, person=None),
                name="an_announcement_is_about_one_thing",
            )
        ]
