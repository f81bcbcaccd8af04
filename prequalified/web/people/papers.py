"""A party's papers: list, add with a signature made in the browser, look at, download."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.actions.people.add_paper import add_paper
from prequalified.models import Paper, Party, PartyCertificate
from prequalified.permissions import Asked, act
from prequalified.queries.people.papers import papers_listing, papers_seen_by
from prequalified.rules.encoding import decoded
from prequalified.rules.people.paper_facts import labelled
from prequalified.rules.people.papers import ENDINGS, LARGEST
from prequalified.rules.timing import day_of
from prequalified.web.people.forms import PaperForm
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.store import in_store


@act()
def papers(request: Asked) -> HttpResponseBase:
    """One's own; for staff and supervisors those that they may see."""
    listing = papers_listing(request, papers_seen_by(request.actor))
    if listing.wants_csv:
        return listing.csv("papers")
    context = {
        "listing": listing, "kinds": Paper.Kind.choices, "kind": request.GET.get("kind", ""),
        "valid": request.GET.get("valid", ""), "today": day_of(now()),
    }  # fmt: skip
    return render(request, "prequalified/people/papers.html", context)


@act(certificate=True)
@require_http_methods(["GET", "POST"])
def new_paper(request: Asked) -> HttpResponse:
    party = Party.objects.filter(pk=request.actor.party_id or 0).first()
    if party is None:
        raise Http404
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = _added(request, party, form)
            messages.success(request, _("材料已添加。"))
            return redirect("paper", row.public_id)
        except Refusal as refusal:
            form.blame(refusal)
    context = {"form": form, "largest": LARGEST}
    return render(request, "prequalified/people/new_paper.html", context, status=422 if form.errors else 200)


def _added(request: Asked, party: Party, form: PaperForm) -> Paper:
    given = form.cleaned_data
    file = given["file"]
    too_large = file is not None and file.size > LARGEST
    data = b"\0" * (LARGEST + 1) if too_large else file.read() if file else b""
    return add_paper(
        party=party, kind=given["kind"], title=given["title"], data=data, name=file.name if file else "",
        signature=decoded(given["signature"]), actor=request.actor, number=given["number"], issuer=given["issuer"],
        valid_from=given["valid_from"], valid_until=given["valid_until"], facts=form.facts(),
    )  # fmt: skip


@act()
def paper(request: Asked, public_id: str) -> HttpResponse:
    row = _seen(request, public_id)
    signer = PartyCertificate.objects.filter(party=row.party, fingerprint=row.certificate).first()
    context = {
        "paper": row,
        "signer": signer,
        "today": day_of(now()),
        "facts": [(_(label), value) for label, value in labelled(row.kind, row.facts)],
        "people": row.people.order_by("-id")[:50],
    }
    return render(request, "prequalified/people/paper.html", context)


@act()
def paper_file(request: Asked, public_id: str) -> FileResponse:
    """Always as a download and never sniffed: a file from outside is not to run in our pages."""
    row = _seen(request, public_id)
    response = FileResponse(
        in_store(row.path).open("rb"), as_attachment=True, filename=f"{row.public_id}{ENDINGS[row.media]}",
        content_type=row.media,
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    return response


@act()
def paper_signature(request: Asked, public_id: str) -> HttpResponse:
    row = _seen(request, public_id)
    response = HttpResponse(bytes(row.signature), content_type="application/pkcs7-signature")
    response["Content-Disposition"] = f'attachment; filename="{row.public_id}.p7s"'
    return response


def _seen(request: Asked, public_id: str) -> Paper:
    row = papers_seen_by(request.actor).filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row
