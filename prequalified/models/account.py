from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(AbstractUser):
    """Somebody who logs in. A citizen has no party; everybody else acts for exactly one party, in one role at a time."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=120, blank=True)
    party = models.ForeignKey("prequalified.Party", models.PROTECT, null=True, blank=True, related_name="accounts")

    def get_full_name(self) -> str:
        return self.name or self.username
