"""Forms of people and papers. Nothing is required here: a draft may be half filled, the rules say what is missing."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prequalified.actions.people.write_person import PersonDetails
from prequalified.models import Paper, Person, Relation
from prequalified.queries.people.papers import good_papers
from prequalified.rules.people.paper_facts import stated
from prequalified.rules.people.persons import FIELDS, LABELS
from prequalified.rules.timing import day_of
from prequalified.web.forms import AccountForm, Blamable
from runtime.clock import now


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PersonForm(Blamable):
    """One of a party's people. The number of the identity document is never shown again: empty leaves it as it is."""

    duty = forms.ChoiceField(label=_("岗位"), choices=Person.Duty.choices)
    number = forms.CharField(
        label=_("证件号码"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    valid_until = _day(_("证书有效期至"))
    since = _day(_("任职日期"))
    papers = forms.MultipleChoiceField(label=_("证明材料"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, party_id: int, row: Person | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": _initial(row)})
        for key in FIELDS:
            self.fields[key] = forms.CharField(label=gettext(LABELS[key]), required=False)
        held = row.papers.values_list("pk") if row else Paper.objects.none().values_list("pk")
        choices = good_papers(party_id, day_of(now())) | Paper.objects.filter(party_id=party_id, pk__in=held)
        self.fields["papers"].choices = [(each.public_id, named(each)) for each in choices.distinct()]  # type: ignore[attr-defined]
        kept = (
            gettext("已登记 %(number)s；留空则不变。") % {"number": row.number_shown}
            if row and row.number_shown
            else ""
        )
        self.fields["number"].help_text = kept + gettext("只保存不可还原的摘要和遮盖后的号码")
        self.order_fields(["duty", "name", "number", *FIELDS[1:], "valid_until", "since", "papers"])

    def details(self) -> PersonDetails:
        given = self.cleaned_data
        return PersonDetails(
            given["duty"], {key: given[key] for key in FIELDS}, given["number"], given["valid_until"], given["since"],
            given["papers"],
        )  # fmt: skip


def _initial(row: Person | None) -> dict[str, Any]:
    if row is None:
        return {}
    kept = {key: getattr(row, key) for key in (*FIELDS, "duty", "valid_until", "since")}
    return {**kept, "papers": list(row.papers.values_list("public_id", flat=True))}


def named(paper: Paper) -> str:
    until = f" · {paper.valid_until:%Y-%m-%d}" if paper.valid_until else ""
    return f"{paper.get_kind_display()} · {paper.title}{until}"


class PaperForm(Blamable):
    """A paper with what it says; the signature over the file is made in the browser."""

    kind = forms.ChoiceField(label=_("种类"), choices=Paper.Kind.choices)
    title = forms.CharField(label=_("名称"), required=False, max_length=400)
    number = forms.CharField(label=_("证书编号"), required=False, max_length=400)
    issuer = forms.CharField(label=_("签发机关"), required=False, max_length=400)
    valid_from = _day(_("有效期自"))
    valid_until = _day(_("有效期至"))
    fact_name = forms.CharField(label=_("资质名称"), required=False, max_length=200, help_text=_("资质证书填写"))
    fact_grade = forms.CharField(label=_("资质等级"), required=False, max_length=80, help_text=_("资质证书填写"))
    fact_amount = forms.DecimalField(
        label=_("金额（元）"), required=False, min_value=0, max_digits=17, decimal_places=2,
        help_text=_("业绩证明填写合同金额，资本证明填写资本金额"),
    )  # fmt: skip
    fact_date = forms.DateField(
        label=_("合同或竣工日期"), required=False, help_text=_("业绩证明填写"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    fact_rating = forms.CharField(label=_("信用评价"), required=False, max_length=20, help_text=_("信用证明填写"))
    file = forms.FileField(
        label=_("文件"), required=False, allow_empty_file=True, help_text=_("PDF、PNG 或 JPEG，不超过 7.9 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )  # fmt: skip
    signature = forms.CharField(required=False, widget=forms.HiddenInput)

    def facts(self) -> dict[str, str]:
        """What a paper of the chosen kind states."""
        told = {
            key.removeprefix("fact_"): str(value or "")
            for key, value in self.cleaned_data.items()
            if key[:5] == "fact_"
        }
        return stated(self.cleaned_data["kind"], told)


class RelationForm(Blamable):
    other = forms.CharField(label=_("关联主体的统一社会信用代码"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("关系"), choices=Relation.Kind.choices)
    share = forms.DecimalField(label=_("持股比例（%）"), required=False, max_digits=6, decimal_places=2)
    person = forms.CharField(label=_("通过何人"), required=False, max_length=120)
    source = forms.CharField(label=_("来源"), required=False, max_length=300, help_text=_("在何处、何时查到"))


class PartyAccountForm(AccountForm):
    contact = forms.CharField(label=_("经办人姓名"), max_length=120)
