from django.db import models
from django.db.models import Q


class Challenge(models.Model):
    """A text to be signed once, within two minutes, for one purpose: proof that the private key is at hand."""

    class Purpose(models.TextChoices):
        LOG_IN = "log-in"
        BIND = "bind"

    id = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    text = models.TextField()
    account = models.ForeignKey("prequalified.Account", models.CASCADE, null=True, help_text="who asked, to bind")
    issued_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class AccessToken(models.Model):
    """A bearer token of the API: only its hash is kept, so that nobody with the database can act for anybody."""

    sha256 = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey("prequalified.Account", models.CASCADE, related_name="tokens")
    role = models.CharField(max_length=12)
    certificate = models.CharField(max_length=64, blank=True, help_text="fingerprint; empty after a password")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], condition=Q(revoked_at=None), name="live_tokens_of_an_account")]
