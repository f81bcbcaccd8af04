"""Making and sealing a bid in the browser. The server only shows the page: nothing of the bid comes here before it is sealed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from prequalified.permissions import act
from tendering.queries.sections import published_document, section_by_code


@act(roles={"bidder"})
def seal(request: HttpRequest, code: str) -> HttpResponse:
    section = section_by_code(code)
    document = published_document(section)
    if document is None:
        raise Http404
    context = {"section": section, "tender": document.content, "section_url": reverse("section", args=[code])}
    return render(request, "tendering/seal.html", context)
