"""Is this paper genuine? A file is looked at by its kind: signed PDF, receipt or record (JSON), proof, or anything the platform knows by digest."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from evaluation.models import Report
from prequalified.models import Admission
from runtime.clock import now
from signing.actions.journal_key import journal_key
from signing.queries.trust import trust_store
from signing.rules.cades import SignatureVerdict
from signing.rules.certificates import fingerprint
from signing.rules.checkpoint import open_checkpoint
from signing.rules.merkle import ProofError
from signing.rules.notes import NoteError
from signing.rules.proofs import parse_proof
from signing.rules.signed_pdf import verify_pdf
from tendering.models import Bid, Letter, Opening, Receipt, Section, TenderDocument


@dataclass
class Finding:
    """`genuine`: True, False, or None where the platform knows nothing of the file. `lines` say why, one thing each."""

    genuine: bool | None
    kind: str
    lines: list[str] = field(default_factory=list)
    section: Section | None = None
    sha256: str = ""
    url: str = ""  # a page that says how it stands now


def look_at(data: bytes) -> Finding:
    """Bytes of any file up to the form's limit. Nothing is kept."""
    digest = sha256(data).hexdigest()
    finding = _pdf(data) if data[:5] == b"%PDF-" else _known(digest) or _proof(data) or _unknown(data)
    finding.sha256 = digest
    return finding


def _platform_signed(verdict: SignatureVerdict) -> bool:
    from signing.actions.open_platform_authority import open_platform_authority

    return verdict.holder_fingerprint == fingerprint(open_platform_authority().signer.cert_der)


def _pdf(data: bytes) -> Finding:
    verdict = verify_pdf(data, trust_store())
    kind = _("PDF 文件")
    if verdict.code == "pdf.unsigned":
        return Finding(None, kind, [_("文件没有电子签名,无法判断是否由本平台出具。")])
    if not verdict.ok or verdict.signature is None:
        return Finding(False, kind, [_("文件的签名无效,或签名后被改动。"), verdict.code])
    if not _platform_signed(verdict.signature):
        return Finding(None, kind, [_("签名有效,但签名人不是本平台。")])
    lines = [_("由本平台签名,签名后没有任何改动。")]
    if verdict.signature.timestamp_time:
        lines.append(_("时间戳:%(at)s UTC") % {"at": f"{verdict.signature.timestamp_time:%Y-%m-%d %H:%M:%S}"})
    known = _known(sha256(data).hexdigest())
    if known:
        return Finding(True, known.kind, [*lines, *known.lines], known.section, url=known.url)
    return Finding(True, kind, lines)


def _known(digest: str) -> Finding | None:
    """A file the platform made or received, by its SHA-256. A bid is known to nobody before its deadline."""
    receipt = Receipt.objects.filter(sha256=digest).select_related("bid__section").first()
    if receipt:
        return _held(_("投标回执"), receipt.bid.section)
    opening = Opening.objects.filter(record_sha256=digest).first() or Opening.objects.filter(pdf_sha256=digest).first()
    if opening:
        return _held(_("开标记录"), opening.section)
    report = Report.objects.filter(sha256=digest).first() or Report.objects.filter(pdf_sha256=digest).first()
    if report:
        finding = _held(_("评标报告"), report.committee.section)
        if report.voided_at:
            finding.lines.append(_("该报告已被新的报告取代。"))
        return finding
    letter = Letter.objects.filter(sha256=digest).first()
    if letter:
        return _held(letter.get_kind_display(), letter.section)
    document = TenderDocument.objects.filter(sha256=digest).exclude(published_at=None).first()
    if document:
        return _held(_("招标文件"), document.section)
    admission = Admission.objects.filter(certificate_sha256=digest).select_related("directory").first()
    if admission:
        return _admitted(admission)
    bid = Bid.objects.filter(sha256=digest, section__deadline__lte=now()).select_related("section").first()
    return _held(_("投标文件"), bid.section) if bid else None


def _admitted(admission: Admission) -> Finding:
    words = {"name": admission.directory.name, "state": admission.get_state_display()}
    stands = _("现在的在册状态：%(state)s（%(name)s）") % words
    url = f"/directories/admissions/{admission.number}/"
    return Finding(True, _("入库证明"), [_("与本平台保存的原件逐字节相同。"), stands], url=url)


def _held(kind: str, section: Section) -> Finding:
    return Finding(True, str(kind), [_("与本平台保存的原件逐字节相同。")], section)


def _proof(data: bytes) -> Finding | None:
    try:
        proof = parse_proof(data)
    except ProofError:
        return None
    kind = _("日志证明")
    try:
        head = open_checkpoint(proof.checkpoint, journal_key())
    except NoteError:
        return Finding(False, kind, [_("检查点不是由本平台的日志签名。")])
    facts = {"index": proof.index, "size": head.size}
    return Finding(True, kind, [_("检查点由本平台的日志签名;第 %(index)d 条,共 %(size)d 条。") % facts])


def _unknown(data: bytes) -> Finding:
    try:
        content: Any = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict) and str(content.get("format", "")).startswith("yangguang-"):
        return Finding(False, str(content["format"]), [_("格式是本平台的,但内容与本平台出具的任何文件都不相同。")])
    return Finding(None, _("未知文件"), [_("本平台没有出具或收到过这个文件。")])
