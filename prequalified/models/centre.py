from django.db import models
from django.utils.translation import gettext_lazy as _


class Centre(models.Model):
    """A public resource trading centre (公共资源交易中心); province, city and county form a tree."""

    code = models.SlugField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    region = models.CharField(_("行政区划代码"), max_length=12, help_text="GB/T 2260")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    demonstration = models.BooleanField(_("演示中心"), default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
