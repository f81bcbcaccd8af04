"""Forms of the parties' pages: what is asked for comes from prequalified.rules, so page and API ask the same."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prequalified.models import Centre, Party, Role
from prequalified.rules.details import DETAILS
from prequalified.rules.registration import OPEN_ROLES
from runtime.refusal import Refusal
from runtime.spoken import spoken


def named_roles(roles: Iterable[str]) -> list[tuple[str, str]]:
    names = dict(Role.choices)
    return [(role, str(names[role])) for role in roles]


class Blamable(forms.Form):
    """A form that shows the reasons of a refusal at its fields, and what belongs to no field above it."""

    def blame(self, refusal: Refusal) -> None:
        for reason in spoken(refusal):
            place = str(reason["place"])
            words = " ".join(str(reason[key]) for key in ("message", "remedy") if reason[key])
            seen = place in self.fields and not self.fields[place].widget.is_hidden
            self.add_error(place if seen else None, words)


def _secret(complete: str = "new-password") -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": complete})


class AccountForm(Blamable):
    username = forms.CharField(
        label=_("用户名"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(label=_("密码"), widget=_secret(), help_text=_("至少十位"), strip=False)


class RegistrationForm(AccountForm):
    kind = forms.ChoiceField(
        label=_("主体类别"), choices=Party.Kind.choices, initial="organisation", widget=forms.RadioSelect
    )
    role = forms.ChoiceField(label=_("注册身份"), choices=lambda: named_roles(OPEN_ROLES))
    name = forms.CharField(label=_("名称"), max_length=200, help_text=_("与营业执照或身份证件一致"))
    number = forms.CharField(
        label=_("统一社会信用代码或个人编号"),
        max_length=30,
        help_text=_("单位填十八位统一社会信用代码，个人填证书中的编号"),
    )
    centre = forms.ModelChoiceField(label=_("注册的交易中心"), queryset=Centre.objects.all(), to_field_name="code")
    contact = forms.CharField(label=_("经办人姓名"), max_length=120)
    terms = forms.BooleanField(label=_("我已阅读并接受注册协议"), required=False)
    field_order = ["kind", "role", "name", "number", "centre", "contact", "username", "password", "terms"]


class CitizenForm(AccountForm):
    name = forms.CharField(label=_("称呼"), max_length=120, required=False)
    terms = forms.BooleanField(label=_("我已阅读并接受注册协议"), required=False)


class DetailsForm(Blamable):
    """The details one role is asked for. Nothing is required here: a draft may be kept half filled.

    `renamed`: the party's name can be changed along with them, once it has been verified.
    """

    def __init__(self, role: str, *args: object, renamed: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if renamed:
            note = gettext("名称变更须与证书一致，核验通过后生效")
            self.fields["name"] = forms.CharField(label=gettext("名称"), max_length=200, help_text=note)
        for detail in DETAILS[role]:
            widget = forms.Textarea(attrs={"rows": 4}) if detail.kind == "long" else forms.TextInput()
            label = gettext(detail.label) + ("" if detail.required else gettext("（选填）"))
            self.fields[detail.key] = forms.CharField(label=label, required=False, widget=widget)


class ReasonsForm(Blamable):
    reasons = forms.CharField(
        label=_("退回原因"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("请一次性写明全部原因"),
        required=False,
    )


class AppointmentForm(AccountForm):
    name = forms.CharField(label=_("姓名"), max_length=200, help_text=_("与其数字证书一致"))
    number = forms.CharField(label=_("个人编号"), max_length=30, help_text=_("与其数字证书一致"))
    centre = forms.ModelChoiceField(label=_("交易中心"), queryset=Centre.objects.none(), to_field_name="code")
    field_order = ["centre", "name", "number", "username", "password"]

    def __init__(self, centres: Iterable[int], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["password"].help_text = _("当面告知本人；只能用来查看和绑定本人的证书")
        self.fields["centre"].queryset = Centre.objects.filter(pk__in=set(centres))  # type: ignore[attr-defined]
