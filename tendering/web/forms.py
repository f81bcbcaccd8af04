"""Small forms of tendering. What is right is decided by the rules; a form only reads, and puts each reason at its field."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prequalified.models import Centre, Party
from runtime.refusal import Refusal
from runtime.spoken import spoken
from tendering.models import TenderingProject

LONG = forms.Textarea(attrs={"rows": 4})


def blame(form: forms.Form, refusal: Refusal) -> None:
    """Each reason at its field, with rule and remedy; what belongs to no field stands above the form."""
    for reason in spoken(refusal):
        place = str(reason["place"])
        words = [str(reason[key]) for key in ("message", "remedy") if reason[key]]
        rule = f"({reason['rule']})" if reason["rule"] else ""
        form.add_error(place if place in form.fields else None, " ".join(words) + rule)


def verified(role: str) -> Any:
    return Party.objects.filter(roles__role=role, roles__status="verified").order_by("name")


class ProjectForm(forms.Form):
    name = forms.CharField(label=_("项目名称"), max_length=200)
    centre = forms.ModelChoiceField(label=_("交易中心"), queryset=Centre.objects.all(), to_field_name="code")
    region = forms.CharField(label=_("行政区划代码"), max_length=12, help_text=_("GB/T 2260，6、9或12位"))
    tenderer = forms.CharField(
        label=_("招标人(统一社会信用代码)"), max_length=64, required=False, help_text=_("代理机构办理时填写委托人")
    )
    agency = forms.CharField(
        label=_("招标代理机构(统一社会信用代码)"), max_length=64, required=False, help_text=_("自行招标不填")
    )
    industry = forms.CharField(label=_("行业代码"), max_length=12, required=False, help_text="GB/T 4754")
    approval = forms.CharField(label=_("批准文件"), max_length=200, required=False)
    funds = forms.CharField(label=_("资金来源"), max_length=200, required=False)
    overview = forms.CharField(label=_("项目概况"), required=False, widget=LONG)
    state_controlled = forms.BooleanField(label=_("国有资金占控股或者主导地位"), required=False, initial=True)

    def __init__(self, *args: Any, editing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("centre", "tenderer", "agency") if editing else ():
            del self.fields[name]


class TenderingProjectForm(forms.Form):
    name = forms.CharField(label=_("招标项目名称"), max_length=200)
    regime = forms.ChoiceField(label=_("交易制度"), choices=TenderingProject.Regime.choices)
    kind = forms.ChoiceField(label=_("采购类别"), choices=TenderingProject.Kind.choices)


class SectionForm(forms.Form):
    name = forms.CharField(label=_("标段名称"), max_length=200)
    budget = forms.DecimalField(label=_("预算(元)"), max_digits=18, decimal_places=2)
    ceiling = forms.DecimalField(
        label=_("最高投标限价(元)"), max_digits=18, decimal_places=2, required=False, help_text=_("不设限价请留空")
    )
    bond = forms.DecimalField(label=_("投标保证金(元)"), max_digits=18, decimal_places=2, initial=Decimal("0.00"))
    scope = forms.CharField(label=_("招标范围"), widget=LONG)
    place = forms.CharField(label=_("实施地点"), max_length=200, required=False)
    period = forms.CharField(label=_("工期或交货期"), max_length=100, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), widget=LONG, required=False)


class QuestionForm(forms.Form):
    text = forms.CharField(label=_("问题"), widget=LONG, required=False, help_text=_("请勿写明单位名称"))


class ObjectionForm(forms.Form):
    text = forms.CharField(label=_("异议内容和依据"), widget=LONG, required=False)


class AnswerForm(forms.Form):
    restated = forms.CharField(
        label=_("公开的问题表述"), widget=LONG, required=False, help_text=_("公开答复，不得透露提问人")
    )
    answer = forms.CharField(label=_("答复"), widget=LONG, required=False)
    affects_bids = forms.BooleanField(label=_("可能影响投标文件编制"), required=False)


class ReplyForm(forms.Form):
    answer = forms.CharField(label=_("答复"), widget=LONG, required=False)
    upheld = forms.BooleanField(label=_("异议成立"), required=False)


class AmendmentForm(forms.Form):
    reason = forms.CharField(label=_("变更原因"), widget=LONG, required=False)
    affects_bids = forms.BooleanField(label=_("可能影响投标文件编制"), required=False, initial=True)


class AwardForm(forms.Form):
    rank = forms.TypedChoiceField(label=_("中标人"), coerce=int, choices=[])
    reason = forms.CharField(label=_("定标理由"), widget=LONG, required=False)

    def __init__(self, candidates: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.rank, f"{each.rank}. {each.party.name}  {each.price:,.2f}") for each in candidates]
        self.fields["rank"].choices = choices  # type: ignore[attr-defined]


class DropForm(forms.Form):
    GROUNDS = [
        ("abandoned", _("放弃中标")),
        ("force_majeure", _("因不可抗力不能履行合同")),
        ("no_performance_bond", _("未按要求提交履约保证金")),
        ("violation", _("查实有影响中标结果的违法行为")),
    ]
    ground = forms.ChoiceField(label=_("事由(条例 55)"), choices=GROUNDS)
    reason = forms.CharField(label=_("事实和依据"), widget=LONG, required=False)


class LetterForm(forms.Form):
    text = forms.CharField(label=_("正文"), widget=forms.Textarea(attrs={"rows": 7}), required=False)
    reasons = forms.CharField(label=_("评审结果和原因"), widget=LONG, required=False)


class ExceptionForm(forms.Form):
    reason = forms.CharField(label=_("原因"), widget=LONG, required=False)
    basis = forms.CharField(label=_("依据"), max_length=200, required=False)
    other_method = forms.CharField(
        label=_("改用的采购方式及结果"), required=False, help_text=_("仅在变更为非招标方式时填写")
    )


class NoticeForm(forms.Form):
    """The title and every row of the notice's standard form; empty rows at the end are added ones."""

    title = forms.CharField(label=_("标题"), max_length=300, required=False)

    def __init__(self, body: list[dict[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titles = [row["title"] for row in body]
        for number, row in enumerate(body):
            self.fields[f"row_{number}"] = forms.CharField(
                label=row["title"], initial=row["text"], required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
        self.fields["more_title"] = forms.CharField(label=_("其他栏目的标题"), required=False, max_length=100)
        self.fields["more_text"] = forms.CharField(label=_("其他栏目的内容"), required=False, widget=LONG)

    def body(self) -> list[dict[str, str]]:
        data = self.cleaned_data
        rows = [{"title": title, "text": data[f"row_{number}"]} for number, title in enumerate(self.titles)]
        if data["more_title"].strip() or data["more_text"].strip():
            rows.append({"title": data["more_title"], "text": data["more_text"]})
        return rows
