"""The forms of a tender document's editor, and what they show of a draft. Everything is read leniently and kept as typed."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prequalified.models import Party
from runtime.clock import BEIJING, read_stamp
from tendering.rules.drafting import MEDIA_BY_END
from tendering.rules.methods.schema import Group, Kind, Review
from tendering.web.forms import verified

MODES = [("trustees", _("受托人提交份额")), ("bidder", _("投标人自行解密")), ("both", _("两者皆可"))]
BELOW = [("continue", _("继续开标")), ("fail", _("终止开标"))]
KINDS = [
    (Kind.GP_LOW_PRICE.value, _("综合评分法(低价优先)")),
    (Kind.BENCHMARK.value, _("综合评估法(评标基准价)")),
    (Kind.LOWEST_EVALUATED.value, _("经评审的最低投标价法")),
]
GROUPS = [
    (Group.TECHNICAL.value, _("技术")),
    (Group.COMMERCIAL.value, _("商务")),
    (Group.CREDIT.value, _("信用")),
    (Group.SERVICE.value, _("服务")),
]
REVIEWS = [
    (Review.FORM.value, _("形式")),
    (Review.QUALIFICATION.value, _("资格")),
    (Review.RESPONSE.value, _("响应性")),
]
TYPES = [("money", _("金额")), ("integer", _("整数")), ("text", _("文字"))]
MEDIA = sorted({(media, media.rpartition("/")[2][-30:]) for media in MEDIA_BY_END.values()})
LIST_TITLES = {
    "parts": _("投标文件的组成"),
    "opening_items": _("唱标内容"),
    "items": _("评分项"),
    "review": _("初步评审"),
    "chapters": _("补充章节"),
    "trustees": _("开标受托人(按序号)"),
}


def _text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, **more)


class PartForm(forms.Form):
    title = _text(_("名称"))
    path = _text(_("路径"))
    media_type = forms.ChoiceField(label=_("类型"), choices=MEDIA, required=False)  # `media` is Django's own
    required = forms.BooleanField(label=_("必须"), required=False)


class OpeningItemForm(forms.Form):
    title = _text(_("名称"))
    key = _text(_("编号"))
    type = forms.ChoiceField(label=_("类型"), choices=TYPES, required=False)
    unit = _text(_("单位"))


class ItemForm(forms.Form):
    key = _text(_("编号"))
    title = _text(_("评分项"))
    group = forms.ChoiceField(label=_("分组"), choices=GROUPS, required=False)
    max = _text(_("满分"))
    step = _text(_("步长"))
    objective = forms.BooleanField(label=_("客观分"), required=False)
    note = _text(_("评分标准"), widget=forms.Textarea(attrs={"rows": 1}))


class ReviewForm(forms.Form):
    key = _text(_("编号"))
    title = _text(_("评审内容"))
    group = forms.ChoiceField(label=_("分组"), choices=REVIEWS, required=False)


class ChapterForm(forms.Form):
    title = _text(_("标题"))
    text = _text(_("正文"), widget=forms.Textarea(attrs={"rows": 3}))


class TrusteeForm(forms.Form):
    party: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("受托人"), queryset=Party.objects.none(), to_field_name="number", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = verified("trustee")  # type: ignore[attr-defined]


ROWS: dict[str, type[forms.Form]] = {
    "parts": PartForm,
    "opening_items": OpeningItemForm,
    "items": ItemForm,
    "review": ReviewForm,
    "chapters": ChapterForm,
    "trustees": TrusteeForm,
}
FLAGS = {"required", "objective"}


class TermsForm(forms.Form):
    """The single values: times, decryption, committee, method. The template's own fields are added to it."""

    deadline = forms.DateTimeField(label=_("投标截止和开标时间(北京时间)"), required=False)
    questions_until = forms.DateTimeField(
        label=_("提问和异议截止时间"), required=False, help_text=_("不填则按规则集的最晚时间")
    )
    sale_until = forms.DateTimeField(label=_("文件获取截止时间"), required=False, help_text=_("不填则到投标截止时间"))
    qualifications = _text(_("投标人资格要求"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("每行一条"))
    mode = forms.ChoiceField(label=_("解密方式"), choices=MODES, required=False)
    k = _text(_("至少几名受托人"))
    n = _text(_("受托人总数"))
    sign_in_seconds = _text(_("签到时长(秒)"))
    window_seconds = _text(_("解密时长(秒)"))
    objection_seconds = _text(_("异议时长(秒)"))
    below_three = forms.ChoiceField(label=_("解密成功不足三个时"), choices=BELOW, required=False)
    size = _text(_("评标委员会人数"))
    tenderer_members = _text(_("其中招标人代表"))
    specialty = _text(_("专业"))
    venues = _text(_("评标场所"), help_text=_("以空格分开"))
    kind = forms.ChoiceField(label=_("评标办法"), choices=KINDS, required=False)
    price_weight = _text(_("价格分"))
    above = _text(_("高于基准价每1%扣分"))
    below = _text(_("低于基准价每1%扣分"))
    float_k = _text(_("下浮系数K(%)"))
    abnormally_low = forms.BooleanField(label=_("启用异常低价审查(财库〔2026〕2号)"), required=False)
    price_hidden = forms.BooleanField(label=_("评审技术部分时隐藏报价"), required=False)
    bid_bytes = _text(_("投标文件大小上限(MiB)"))

    TIMES = ("deadline", "questions_until", "sale_until")
    DECRYPTION = ("mode", "k", "n", "sign_in_seconds", "window_seconds", "objection_seconds", "below_three")
    COMMITTEE = ("size", "tenderer_members", "specialty", "venues")
    METHOD = ("kind", "price_weight", "above", "below", "float_k", "abnormally_low", "price_hidden")

    def __init__(self, template: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.TIMES:
            widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")
            self.fields[name].widget = widget
        self.own = [field["key"] for field in template.get("fields", [])]
        for field in template.get("fields", []):
            rows = forms.Textarea(attrs={"rows": 4}) if field["type"] == "long" else forms.TextInput()
            self.fields[f"field_{field['key']}"] = forms.CharField(
                label=field["title"], required=False, widget=rows, help_text=field.get("help", "")
            )

    def group(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings, in the order of the page."""
        return [
            (_("范本栏目"), self.group(*(f"field_{key}" for key in self.own))),
            (_("时间"), self.group(*self.TIMES)),
            (_("资格要求"), self.group("qualifications")),
            (_("开标和解密"), self.group(*self.DECRYPTION, "bid_bytes")),
            (_("评标委员会"), self.group(*self.COMMITTEE)),
            (_("评标办法"), self.group(*self.METHOD)),
        ]


def terms_initial(content: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    decryption, committee = content.get("decryption") or {}, content.get("committee") or {}
    method = content.get("method") or {}
    price = method.get("price") or {}
    size = (content.get("limits") or {}).get("bid_bytes", 0)
    k = price.get("k", "")
    times = {name: read_stamp(plan[name]).astimezone(BEIJING) for name in TermsForm.TIMES if plan.get(name)}
    return {
        **{name: decryption.get(name, "") for name in TermsForm.DECRYPTION},
        **{name: committee.get(name, "") for name in ("size", "tenderer_members", "specialty")},
        "venues": " ".join(map(str, committee.get("venues") or [])),
        "qualifications": "\n".join(map(str, content.get("qualifications") or [])),
        "bid_bytes": size // 1024 // 1024 if isinstance(size, int) else size,
        **{name: method.get(name, "") for name in ("kind", "price_weight", "price_hidden")},
        "abnormally_low": "abnormally_low" in method,
        "above": price.get("above", ""),
        "below": price.get("below", ""),
        "float_k": k if isinstance(k, str) else json.dumps(k),
        **{f"field_{key}": value for key, value in (content.get("fields") or {}).items()},
        **times,
    }


def rows_initial(content: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    method = content.get("method") or {}
    found: dict[str, Any] = {name: content.get(name) for name in ("parts", "opening_items", "chapters")}
    found |= {name: method.get(name) for name in ("items", "review")}
    rows = {name: list(rows) if isinstance(rows, list) else [] for name, rows in found.items()}
    return {**rows, "parts": [renamed(row, "media", "media_type") for row in rows["parts"]]}


def renamed(row: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if key == old else key: value for key, value in row.items()}
