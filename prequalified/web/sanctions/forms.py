"""Forms of cases and lists. Nothing is required here: the acts tell every fault at once, at its field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prequalified.models import GateAnswer, ListKind, SanctionCase
from prequalified.queries.sanctions.blacklist import kind_name
from prequalified.rules.sanctions.lists import REGIMES
from prequalified.web.forms import Blamable
from runtime.clock import BEIJING

REGIME_NAMES = {
    "ENG": _("工程招标"), "GP": _("政府采购"), "SMALL": _("限额以下"), "LAND": _("土地"), "EQUITY": _("产权"),
}  # fmt: skip


def regime_choices(blank: Any) -> list[tuple[str, Any]]:
    return [("", blank), *((code, REGIME_NAMES[code]) for code in REGIMES)]


def kind_choices(decided_here: bool = False) -> list[tuple[str, str]]:
    rows = ListKind.objects.all()
    return [(row.code, kind_name(row)) for row in rows if not decided_here or row.data["decided_here"]]


def _text(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), **more)


class AskForm(Blamable):
    number = forms.CharField(label=_("统一社会信用代码"), required=False, max_length=40)
    gate = forms.ChoiceField(label=_("环节"), choices=GateAnswer.Gate.choices)
    regime = forms.ChoiceField(label=_("交易制度"), choices=lambda: regime_choices(_("任一")), required=False)
    subject = forms.CharField(label=_("事项（选填）"), required=False, max_length=120)
    day = forms.DateField(
        label=_("日期（选填，默认今天）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class FileForm(Blamable):
    number = forms.CharField(label=_("当事人的统一社会信用代码"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("名单"), choices=lambda: kind_choices(decided_here=True))
    source = forms.ChoiceField(label=_("来源"), choices=SanctionCase.Source.choices)
    act_on = forms.DateField(
        label=_("违法行为发生或者终了之日"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    conduct = _text(_("涉嫌的违法事实"))
    subject = forms.CharField(label=_("涉及的项目或标段（选填）"), required=False, max_length=120)


class TellForm(Blamable):
    facts = _text(_("事实"))
    reasons = _text(_("理由"))
    basis = _text(_("依据"), 2)
    months = forms.IntegerField(
        label=_("限制参加的月数"), required=False, min_value=0, max_value=999, help_text=_("仅记录、不限制的填 0")
    )


class StatementForm(Blamable):
    statement = _text(_("陈述和申辩"), 6)
    papers = forms.MultipleChoiceField(
        label=_("证明材料"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, papers: list[tuple[str, str]] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["papers"].choices = papers or []  # type: ignore[attr-defined]
        if not papers:
            del self.fields["papers"]


class ReasonForm(Blamable):
    reason = _text(_("理由"), 3)


class HearingForm(Blamable):
    held_at = forms.DateTimeField(
        label=_("听证时间（北京时间）"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    venue = forms.CharField(label=_("听证地点"), required=False, max_length=400)

    def clean_held_at(self) -> Any:
        held = self.cleaned_data["held_at"]
        return held.replace(tzinfo=BEIJING) if held is not None else None


class MinutesForm(Blamable):
    minutes = _text(_("听证笔录"), 6)


class WayForm(Blamable):
    way = forms.CharField(label=_("送达方式"), required=False, max_length=400)


class UploadForm(Blamable):
    kind = forms.ChoiceField(label=_("名单"), choices=kind_choices)
    source = forms.CharField(label=_("来源"), required=False, max_length=200, help_text=_("在何处、何时取得"))
    file = forms.FileField(
        label=_("文件"), required=False, allow_empty_file=True,
        help_text=_("CSV（UTF-8 或 GB18030）、XLSX、JSON；不超过 64 MB、100,000 行"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.json"}),
    )  # fmt: skip
