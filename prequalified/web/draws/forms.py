"""The form by which a draw is asked for."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prequalified.actions.draws.ask_draw import Wanted
from prequalified.models import Directory, DirectoryDraw
from prequalified.queries.directory import centres_of
from prequalified.rules.draws.regime import REGIMES
from prequalified.web.forms import Blamable
from runtime.actor import Actor


class AskForm(Blamable):
    """`tenderer` only for staff: a tenderer asks for itself."""

    directory = forms.ModelChoiceField(label=_("名录"), queryset=Directory.objects.none(), to_field_name="code")
    tenderer = forms.CharField(label=_("招标人的统一社会信用代码"), max_length=40)
    title = forms.CharField(label=_("项目名称"), max_length=200)
    regime = forms.ChoiceField(
        label=_("交易类型"), choices=lambda: [(code, gettext(name)) for code, name in REGIMES.items()]
    )
    budget = forms.DecimalField(
        label=_("预算金额（元）"), max_digits=18, decimal_places=2, min_value=Decimal("0.01"), localize=False
    )
    method = forms.ChoiceField(label=_("抽取方式"), choices=DirectoryDraw.Method.choices, widget=forms.RadioSelect)
    quantity = forms.IntegerField(label=_("抽取家数"), min_value=1, max_value=1000, initial=1)
    weighted = forms.BooleanField(label=_("按信用评价加权"), required=False)
    grades = forms.CharField(
        label=_("等级要求（选填）"), required=False, max_length=200, help_text=_("多个等级用顿号分开")
    )
    regions = forms.CharField(
        label=_("地区要求（选填）"),
        required=False,
        max_length=200,
        help_text=_("行政区划代码或其前几位，多个用顿号分开"),
    )
    recused = forms.CharField(
        label=_("回避（选填）"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一家：统一社会信用代码 空格 理由；理由随结果公布"),
    )  # fmt: skip

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Directory.objects.filter(active=True)
        if actor.role == "staff":
            rows = rows.filter(centre__in=centres_of(actor))
        else:
            del self.fields["tenderer"]
        self.fields["directory"].queryset = rows  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(
            directory=given["directory"].code,
            tenderer=given.get("tenderer", ""),
            title=given["title"],
            regime=given["regime"],
            budget=given["budget"],
            method=given["method"],
            quantity=given["quantity"],
            weighted=given["weighted"],
            grades=_words(given["grades"]),
            regions=_words(given["regions"]),
            recused=_recused(given["recused"]),
        )


def _words(text: str) -> list[str]:
    return [word for word in text.replace("、", " ").replace("，", " ").replace(",", " ").split() if word]


def _recused(text: str) -> dict[str, str]:
    """`number reason` a line; a line without a reason is refused by the rules."""
    found = {}
    for line in text.splitlines():
        number, _space, reason = line.strip().partition(" ")
        if number:
            found[number.upper()] = reason.strip()
    return found
