"""Staff, on the page of a party: relations with other parties, and the account of one that came from another platform."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from prequalified.actions.exchange.open_party_account import open_party_account
from prequalified.actions.people.note_relation import end_relation, note_relation
from prequalified.permissions import Asked, act
from prequalified.web.parties import party_page
from prequalified.web.people.forms import PartyAccountForm, RelationForm
from runtime.refusal import Refusal


@require_POST
@act(roles={"staff"}, certificate=True)
def note(request: Asked, number: int) -> HttpResponse:
    form = RelationForm(request.POST)
    if form.is_valid():
        try:
            note_relation(party_id=number, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("关联关系已登记。"))
            return redirect("party", number)
        except Refusal as refusal:
            form.blame(refusal)
    return party_page(request, number, relation_form=form)


@require_POST
@act(roles={"staff"}, certificate=True)
def end(request: Asked, number: int, relation: int) -> HttpResponse:
    try:
        end_relation(relation_id=relation, actor=request.actor)
    except Refusal as refusal:
        return party_page(request, number, refusal)
    messages.success(request, _("关联关系已结束。"))
    return redirect("party", number)


@sensitive_post_parameters("password")
@require_POST
@act(roles={"staff"}, certificate=True)
def open_account(request: Asked, number: int) -> HttpResponse:
    form = PartyAccountForm(request.POST)
    if form.is_valid():
        try:
            open_party_account(party_id=number, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("账户已开立，请当面告知用户名和密码，由其绑定证书。"))
            return redirect("party", number)
        except Refusal as refusal:
            form.blame(refusal)
    return party_page(request, number, account_form=form)
