"""PDF papers: the file whose digest the journal names, signed by the platform, nothing changed since."""

from runtime.refusal import gettext_noop
from supervision.rules.verification.case import Case
from supervision.rules.verification.findings import Step


def check_pdf(case: Case, step: Step, name: str, sha256: object) -> None:
    """Raises Refusal where the paper is missing."""
    from signing.rules.signed_pdf import verify_pdf  # its PDF library is slow to load, and not every bundle has papers

    message = gettext_noop("文件与日志记下的摘要不符。")
    if not step.demand(case.sha256(name) == sha256, "paper.other_content", message, name):
        return
    verdict = verify_pdf(case.content(name), case.trust)
    message = gettext_noop("PDF 的签名无效，或者签名后被改动（%(code)s）。")
    if step.demand(verdict.ok, "paper.signature", message, name, code=verdict.code) and verdict.signature:
        own = verdict.signature.holder_fingerprint == case.platform
        step.demand(own, "platform.other_signer", gettext_noop("签名人不是本平台。"), name)
