"""Forms of the directories: their fields come from the tables in prequalified.rules.directories, as the checks do."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prequalified.models import Category, Centre
from prequalified.queries.directories.listings import named
from prequalified.rules.directories.condition_kinds import CHOICES, FIELDS, Field
from prequalified.rules.directories.settings import FIGURES, TERMS, UNITS
from prequalified.rules.timing import Unit
from prequalified.web.forms import Blamable

_MOMENT = "%Y-%m-%dT%H:%M"


class DirectoryForm(Blamable):
    """`founding`: also code, centre and category, which never change. `demonstration`: seconds are among the units."""

    def __init__(
        self, *args: Any, founding: bool, demonstration: bool, centres: set[int] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if founding:
            self._founding(centres or set())
        self.fields["name"] = forms.CharField(label=gettext("名称"), max_length=160)
        self.fields["name_en"] = forms.CharField(label=gettext("英文名称"), max_length=160)
        units = [(unit, gettext(word)) for unit, word in UNITS.items() if demonstration or unit != Unit.SECONDS]
        for key, (label, preset) in TERMS.items():
            ((unit, amount),) = preset.items()
            self.fields[key] = forms.IntegerField(label=gettext(label), initial=amount)
            self.fields[f"{key}_unit"] = forms.ChoiceField(
                label=gettext("%(term)s的单位") % {"term": gettext(label)}, choices=units, initial=unit
            )
        for setting in FIGURES:
            made = forms.CharField if setting.kind == "money" else forms.IntegerField
            self.fields[setting.key] = made(label=gettext(setting.label), initial=setting.preset)

    def _founding(self, centres: set[int]) -> None:
        self.fields["code"] = forms.CharField(
            label=gettext("代码"), max_length=32, help_text=gettext("小写字母、数字、短横线，公布后不变")
        )
        self.fields["centre"] = forms.ModelChoiceField(
            label=gettext("交易中心"), queryset=Centre.objects.filter(pk__in=centres), to_field_name="code"
        )
        rows = Category.objects.filter(active=True, children=None).select_related("parent")
        self.fields["category"] = forms.ChoiceField(
            label=gettext("名录类别"),
            choices=[(row.code, f"{named(row.parent)} · {named(row)}" if row.parent else named(row)) for row in rows],
        )

    @property
    def head_fields(self) -> list[forms.BoundField]:
        return [self[key] for key in ("code", "centre", "category", "name", "name_en") if key in self.fields]

    @property
    def term_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[key], self[f"{key}_unit"]) for key in TERMS]

    @property
    def figure_fields(self) -> list[forms.BoundField]:
        return [self[setting.key] for setting in FIGURES]

    def terms(self) -> dict[str, dict[str, int]]:
        return {key: {self.cleaned_data[f"{key}_unit"]: self.cleaned_data[key]} for key in TERMS}

    def figures(self) -> dict[str, Any]:
        return {setting.key: self.cleaned_data[setting.key] for setting in FIGURES}


def settings_initial(name: str, name_en: str, terms: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """What a directory's form begins with."""
    found: dict[str, Any] = {"name": name, "name_en": name_en, **figures}
    for key, term in terms.items():
        ((found[f"{key}_unit"], found[key]),) = term.items()
    return found


class ConditionForm(Blamable):
    """One condition of one kind."""

    key = forms.CharField(label=_("条件代码"), max_length=40, help_text=_("小写字母、数字、短横线，以字母开头"))
    text = forms.CharField(label=_("条件（中文）"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    text_en = forms.CharField(label=_("条件（英文）"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, kind: str, grades: list[str], units: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for field in FIELDS[kind]:
            self.fields[field.key] = _made(field)
        if grades:
            self.fields["grades"] = forms.MultipleChoiceField(
                label=gettext("适用的申请等级"), choices=[(one, one) for one in grades], required=False,
                widget=forms.CheckboxSelectMultiple, help_text=gettext("不选为全部等级"),
            )  # fmt: skip
        self.fields["supplement"] = forms.BooleanField(label=gettext("缺少材料时可以容缺受理"), required=False)
        self.fields["commitment"] = forms.BooleanField(label=gettext("可以承诺代替证明"), required=False)
        self.fields["commitment_amount"] = forms.IntegerField(
            label=gettext("承诺的核查期限"), required=False, min_value=1, initial=90
        )
        self.fields["commitment_unit"] = forms.ChoiceField(
            label=gettext("核查期限的单位"), required=False, choices=[(one, gettext(UNITS[one])) for one in units]
        )

    def condition(self) -> dict[str, Any]:
        given = self.cleaned_data
        promised = given["commitment"] and given["commitment_amount"]
        return {
            "key": given["key"], "kind": self.kind, "text": given["text"], "text_en": given["text_en"],
            "grades": list(given.get("grades") or []), "supplement": given["supplement"],
            "commitment": {given["commitment_unit"] or "days": given["commitment_amount"]} if promised else None,
            **{field.key: _value(field, given[field.key]) for field in FIELDS[self.kind]},
        }  # fmt: skip


def condition_initial(condition: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: "、".join(value) if isinstance(value, list) else value for key, value in condition.items()}
    found["grades"], found["commitment"] = list(condition["grades"]), condition["commitment"] is not None
    if condition["commitment"]:
        ((found["commitment_unit"], found["commitment_amount"]),) = condition["commitment"].items()
    return found


def words_of(text: str) -> list[str]:
    """Words between 、 , ， and blanks, each once."""
    return list(dict.fromkeys(word for word in re.split(r"[、,，;；\s]+", text) if word))


def _value(field: Field, given: Any) -> Any:
    if field.kind == "list":
        return words_of(given)
    return (given or 0) if field.kind == "count" else given


def _made(field: Field) -> forms.Field:
    label, note = gettext(field.label), gettext(field.help) if field.help else ""
    if field.kind == "flag":
        return forms.BooleanField(label=label, help_text=note, required=False)
    if field.kind == "count":
        return forms.IntegerField(label=label, help_text=note, required=field.needed, min_value=0, max_value=10_000)
    if field.kind in CHOICES:
        choices = [(value, gettext(word)) for value, word in CHOICES[field.kind].items()]
        blank = [] if field.needed else [("", gettext("不限"))]
        return forms.ChoiceField(label=label, help_text=note, required=field.needed, choices=[*blank, *choices])
    return forms.CharField(label=label, help_text=note, required=field.needed, max_length=200)


class GradesForm(Blamable):
    grades = forms.CharField(
        label=_("名录的等级"), required=False, max_length=400,
        help_text=_("从高到低，用顿号隔开；不分等级的不填"),
    )  # fmt: skip


class CallForm(Blamable):
    title = forms.CharField(label=_("标题"), max_length=200)
    text = forms.CharField(label=_("正文"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 6}))
    opens_at = forms.DateTimeField(
        label=_("开始受理（北京时间）"), required=False, help_text=_("不填为立即"), input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=_MOMENT),
    )  # fmt: skip
    closes_at = forms.DateTimeField(
        label=_("截止受理（北京时间）"), required=False, help_text=_("不填为全年受理"),
        input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=_MOMENT),
    )  # fmt: skip


class ReasonForm(Blamable):
    reason = forms.CharField(label=_("原因"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ObjectionForm(Blamable):
    text = forms.CharField(
        label=_("异议内容"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("请写明事实和理由"),
    )  # fmt: skip
