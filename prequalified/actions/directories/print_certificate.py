"""The certificate's signed PDF, made when it is first wanted and kept with its SHA-256."""

import hashlib
from pathlib import Path

from django.conf import settings

from prequalified.models import Admission
from prequalified.reports.directories.certificate import CertificatePaper, certificate_pdf
from prequalified.rules.directories.conditions import conditions_for
from prequalified.rules.timing import day_of
from runtime.clock import now
from runtime.store import in_store, put
from signing.actions.sign_pdf import sign_pdf

VERDICTS = {"met": "符合", "committed": "告知承诺", "missing": "已补正", "failed": "不符合"}


def print_certificate(admission: Admission) -> Path:
    """The path of the PDF. Made twice at once, the first to be written down stands: both say the same, one is known by its
    digest. A renewal clears the path, and the next who asks gets a new one.
    """
    if not admission.certificate_path:
        pdf = sign_pdf(certificate_pdf(_paper(admission)), name=f"{admission.number}.pdf")
        digest = hashlib.sha256(pdf).hexdigest()
        relative = f"admissions/{admission.pk}/{digest[:16]}.pdf"
        put(relative, pdf)
        rows = Admission.objects.filter(pk=admission.pk, certificate_path="")
        if not rows.update(certificate_path=relative, certificate_sha256=digest):
            in_store(relative).unlink(missing_ok=True)
        admission.refresh_from_db(fields=["certificate_path", "certificate_sha256"])
    return in_store(admission.certificate_path)


def _paper(admission: Admission) -> CertificatePaper:
    directory = admission.directory
    request = admission.renewals.filter(status="admitted").order_by("-decided_at").first() or admission.request
    conditions = request.call.condition_set if request else None
    verdicts = {one["key"]: one["verdict"] for one in request.findings} if request else {}
    asked = conditions_for(conditions.conditions, admission.grade) if conditions else []
    return CertificatePaper(
        number=admission.number,
        issuer=directory.centre.name,
        issued_at=now(),
        party=admission.party.name,
        party_number=admission.party.number,
        directory=directory.name,
        category=directory.category.name,
        grade=admission.grade,
        admitted_on=day_of(admission.admitted_at),
        valid_until=admission.valid_until,
        conditions=[(one["text"], VERDICTS.get(verdicts.get(one["key"], ""), "—")) for one in asked],
        conditions_version=conditions.version if conditions else 0,
        conditions_sha256=conditions.sha256 if conditions else "",
        check_url=f"{settings.PUBLIC_URL}/directories/admissions/{admission.number}/",
    )
