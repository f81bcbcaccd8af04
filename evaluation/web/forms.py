"""Forms of evaluation. They only parse; whether something may be done is said by the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models import ExpertTie, Specialty, Venue
from runtime.clock import BEIJING


class BeijingField(forms.DateTimeField):
    """A moment typed in Beijing time, whatever zone the browser is in."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> Any:
        parsed = super().to_python(value)
        return parsed.replace(tzinfo=BEIJING) if parsed else parsed


class LayoutForm(forms.Form):
    size = forms.IntegerField(label=_("人数"), min_value=1, max_value=99, initial=5, help_text=_("单数，5人以上"))
    tenderer_members = forms.IntegerField(label=_("招标人代表人数"), min_value=0, max_value=99, initial=0)
    specialties = forms.ModelMultipleChoiceField(
        label=_("专业"), queryset=Specialty.objects.all(), to_field_name="code", required=False,
        help_text=_("不选则不限专业"),
    )  # fmt: skip
    main_venue = forms.ModelChoiceField(
        label=_("主场"), queryset=Venue.objects.filter(active=True), to_field_name="code"
    )
    sub_seats = forms.IntegerField(
        label=_("副场专家人数"), min_value=0, max_value=99, initial=0, help_text=_("大于0时先抽取其他地区的副场")
    )
    window_from = BeijingField(label=_("评标开始时间（北京时间）"))
    window_until = BeijingField(label=_("评标截止时间（北京时间）"))
    complex_matter = forms.BooleanField(label=_("技术复杂或社会影响较大"), required=False)
    water_works = forms.BooleanField(label=_("水利工程"), required=False)


class NominationForm(forms.Form):
    number = forms.CharField(label=_("个人编号"), max_length=64, help_text=_("须先注册并通过核验"))
    specialties = forms.ModelMultipleChoiceField(
        label=_("专业"), queryset=Specialty.objects.all(), to_field_name="code"
    )
    region = forms.CharField(label=_("所在地区"), max_length=6, help_text=_("六位行政区划代码，如110101"))
    title = forms.CharField(label=_("职称"), max_length=60)
    years = forms.IntegerField(label=_("从事专业年限"), min_value=0, max_value=99)
    grade = forms.CharField(label=_("等级"), max_length=20, required=False)

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["number"]


class TieForm(forms.Form):
    number = forms.CharField(label=_("统一社会信用代码"), max_length=64)
    name = forms.CharField(label=_("单位名称"), max_length=200)
    kind = forms.ChoiceField(label=_("关系"), choices=ExpertTie.Kind.choices)
    since = forms.DateField(label=_("起"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("止"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


Ties = forms.formset_factory(TieForm, extra=3, max_num=20)
