"""Anybody drops a paper and sees whether it is genuine."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from supervision.queries.genuine import Finding, look_at

LARGEST = 8 * 1024 * 1024


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The file is looked at and forgotten. A bundle or a bid is too large for a form: the command line checks it."""
    finding, name = None, ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        name = upload.name or "" if upload else ""
        if upload is None or not upload.size:
            finding = Finding(None, "", [_("请选择一个文件。")])
        elif upload.size > LARGEST:
            finding = Finding(None, "", [_("文件超过 8 MB。证据包和投标文件请用命令行客户端核验。")])
        else:
            finding = look_at(upload.read())
    return render(request, "supervision/check.html", {"finding": finding, "name": name})
