"""The published conduct rules of a directory: for everybody to read; staff publish the next version."""

import json

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prequalified.actions.conduct.rules_in_force import publish_conduct_rules
from prequalified.models import Directory
from prequalified.permissions import Asked, act
from prequalified.queries.conduct.shown import scheme_shown
from prequalified.queries.directory import centres_of
from prequalified.web.conduct.forms import RulesForm
from runtime.refusal import Blocker, Refusal, gettext_noop

NO_JSON = Blocker("conduct.json", gettext_noop("这不是 JSON，请检查括号和引号。"), place="rules")


@require_safe
def rules(request: Asked, code: str) -> HttpResponse:
    directory = get_object_or_404(Directory.objects.select_related("centre"), code=code)
    row, _data, scheme = scheme_shown(directory)
    versions = directory.conduct_rules.only("version", "sha256", "published_at")
    context = {"directory": directory, "row": row, "scheme": scheme, "versions": versions}
    return render(request, "prequalified/conduct/rules.html", context)


@require_safe
def rules_file(request: Asked, code: str) -> JsonResponse:
    """The data itself; `?version=` an older one."""
    directory = get_object_or_404(Directory, code=code)
    asked = request.GET.get("version", "")
    if asked.isdecimal() and len(asked) < 9:
        return JsonResponse(get_object_or_404(directory.conduct_rules, version=int(asked)).rules)
    return JsonResponse(scheme_shown(directory)[1])


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def publish(request: Asked, code: str) -> HttpResponse:
    directory = get_object_or_404(Directory, code=code, centre__in=centres_of(request.actor))
    row, data, _scheme = scheme_shown(directory)
    form = RulesForm(request.POST or None, initial={"rules": json.dumps(data, ensure_ascii=False, indent=2)})
    if request.method == "POST":
        try:
            made = publish_conduct_rules(
                directory_code=code, rules=_parsed(request.POST.get("rules", "")), actor=request.actor
            )
            messages.success(
                request, _("第 %(version)d 版已发布，只适用于此后提出的案件。") % {"version": made.version}
            )
            return redirect("conduct_rules", code)
        except Refusal as refusal:
            form.is_valid()
            form.blame(refusal)
    context = {"directory": directory, "row": row, "form": form}
    return render(request, "prequalified/conduct/publish.html", context, status=422 if form.errors else 200)


def _parsed(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(NO_JSON, 422) from error
    if not isinstance(found, dict):
        raise Refusal(NO_JSON, 422)
    return found
