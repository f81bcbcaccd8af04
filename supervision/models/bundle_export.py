from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BundleExport(models.Model):
    """An evidence bundle (证据包) on its way: asked for, made by the worker with its progress shown, kept for download."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待生成")
        RUNNING = "running", _("正在生成")
        CHECKING = "checking", _("正在核验")
        DONE = "done", _("已生成")
        FAILED = "failed", _("生成失败")

    section = models.ForeignKey("tendering.Section", models.PROTECT, related_name="bundles")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, help_text="a killed worker's attempt counts too")
    members_done = models.PositiveIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=300, blank=True, help_text="below settings.STORE")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    steps = models.JSONField(default=list, help_text="what `yangguang verify` said of it here: [{number, step, ok, …}]")
    fault = models.CharField(max_length=200, blank=True, help_text="why there is none: a sentence to be translated")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section"],
                condition=Q(state__in=["waiting", "running", "checking"]),
                name="one_bundle_under_way_per_section",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(path="") & ~Q(sha256=""), name="a_bundle_that_is_done_has_its_file"
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(fault=""), name="a_bundle_that_failed_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.section_id} {self.state}"  # type: ignore[attr-defined]

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def holds(self) -> bool:
        """Whether every step held when the platform verified its own bundle."""
        return bool(self.steps) and all(step["ok"] for step in self.steps)


UNDER_WAY = (BundleExport.State.WAITING, BundleExport.State.RUNNING, BundleExport.State.CHECKING)
