from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tendering.models.public_id import public_id
from tendering.models.section import Section


class TenderDocument(models.Model):
    """A version of the tender document (招标文件): structured content, frozen and signed when published.

    draft → prepared (content with its times and trustees frozen, SHA-256 known) → signed → published → superseded.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("编制中")
        PREPARED = "prepared", _("待签名")
        SIGNED = "signed", _("已签名")
        PUBLISHED = "published", _("已发布")
        SUPERSEDED = "superseded", _("已被新版本取代")

    section = models.ForeignKey(Section, models.PROTECT, related_name="documents")
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    template = models.CharField(_("范本"), max_length=40, blank=True)
    content = models.JSONField(help_text="yangguang-tender/1, docs/protocol.md")
    plan = models.JSONField(
        default=dict, blank=True, help_text="the draft's wishes for the times: {deadline | deadline_after, …}"
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the canonical JSON of `content`")
    signature = models.BinaryField(null=True, help_text="CAdES over the canonical JSON by the tenderer or agency")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey("prequalified.Party", models.PROTECT, null=True, related_name="+")
    package_path = models.CharField(max_length=300, blank=True, help_text="the *.tender file, below settings.STORE")
    package_sha256 = models.CharField(max_length=64, blank=True)
    package_signature = models.BinaryField(null=True, help_text="CAdES over META-INF/ASiCManifest.xml")
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "round", "version"], name="versions_are_numbered_once"),
            models.UniqueConstraint(fields=["section"], condition=Q(state="published"), name="one_document_in_force"),
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(sha256=""), name="a_prepared_document_has_its_digest"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "superseded"])
                | Q(published_at__isnull=False, signature__isnull=False),
                name="a_published_document_is_signed",
            ),
        ]
        ordering = ["section", "round", "version"]

    def __str__(self) -> str:
        return f"{self.section_id} v{self.version}"  # type: ignore[attr-defined]


class TenderTrustee(models.Model):
    """An opening trustee (开标受托人) of a section and the recipient its share is sealed to (protocol §4)."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="trustees")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="trusteeships")
    place = models.PositiveSmallIntegerField(_("序号"), help_text="1..n; share i goes to place i")
    slug = models.SlugField(max_length=40, help_text="names the member shares/<slug>.age")
    recipient = models.CharField(max_length=120, blank=True)
    statement = models.BinaryField(null=True, help_text="canonical JSON {tender, recipient, holder}")
    signature = models.BinaryField(null=True)
    registered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "place"], name="one_trustee_per_place"),
            models.UniqueConstraint(fields=["section", "party"], name="a_trustee_holds_one_place"),
        ]
        ordering = ["section", "place"]

    def __str__(self) -> str:
        return f"{self.section_id}/{self.slug}"  # type: ignore[attr-defined]


class Attachment(models.Model):
    """A file that belongs to a version of the tender document (附件): drawings, the bill of quantities, standards."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    document = models.ForeignKey(TenderDocument, models.PROTECT, related_name="attachments")
    name = models.CharField(_("文件名"), max_length=120)
    title = models.CharField(_("标题"), max_length=200)
    media = models.CharField(max_length=120)
    bill = models.BooleanField(_("工程量清单"), default=False)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=300, help_text="below settings.STORE")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "name"], name="attachment_names_are_unique")]
        ordering = ["document", "name"]

    def __str__(self) -> str:
        return self.name


class DocumentDownload(models.Model):
    """A bidder took a version of the tender document: the holders (文件获取人), hidden from everybody else until the deadline."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    document = models.ForeignKey(TenderDocument, models.PROTECT, related_name="downloads")
    section = models.ForeignKey(Section, models.PROTECT, related_name="downloads")
    party = models.ForeignKey("prequalified.Party", models.PROTECT, related_name="downloads")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    downloaded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, help_text="the bidder confirmed that it has this version (回执)")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "party"], name="one_download_row_per_version_and_bidder")
        ]
        ordering = ["downloaded_at", "pk"]

    def __str__(self) -> str:
        return self.public_id
