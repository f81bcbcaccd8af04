"""Forms about conduct. Nothing is required here: the rules say what is missing, with their citation."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prequalified.models import ConductCase, Paper
from prequalified.rules.conduct.scheme import ConductRule
from prequalified.web.forms import Blamable


def _long(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), **more)


class ProposalForm(Blamable):
    rule = forms.ChoiceField(label=_("规则"), required=False)
    facts = _long(_("事实"))
    evidence = forms.MultipleChoiceField(label=_("证据材料"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, rules: Sequence[ConductRule], papers: Sequence[Paper], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [(rule.code, _named(rule)) for rule in rules]  # type: ignore[attr-defined]
        told = [(paper.public_id, f"{paper.title} · {paper.added_at:%Y-%m-%d}") for paper in papers]
        self.fields["evidence"].choices = told  # type: ignore[attr-defined]
        self.fields["evidence"].help_text = _("先在“证明材料”中上传并签名，再在这里选用")


def _named(rule: ConductRule) -> str:
    points = f"{rule.points:+d}" if rule.points else ConductCase.Measure(rule.measure).label
    return f"{rule.name}（{points}）"


class ReasonsForm(Blamable):
    reasons = _long(_("理由"))


class DefenceForm(Blamable):
    defence = _long(_("陈述申辩"), 8)
    signature = forms.CharField(required=False, widget=forms.HiddenInput)


class RulesForm(Blamable):
    rules = _long(_("积分规则（yangguang-conduct/1）"), 24, strip=False)
