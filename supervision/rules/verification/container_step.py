"""The bundle itself: every member is listed with its digest, the platform signed the list, and says what it is of."""

from runtime.clock import read_stamp
from runtime.refusal import gettext_noop
from signing.rules.asic_manifest import MANIFEST, SIGNATURE, check_manifest
from signing.rules.zip_profile import MIMETYPE_NAME
from supervision.rules.bundle import ABOUT
from supervision.rules.verification.case import Case
from supervision.rules.verification.findings import Step

KEYS = {
    "": {"format", "platform", "centre", "section", "made_at", "reader", "platform_certificate", "journal"},
    "section": {"tender", "code", "name", "round", "state"},
    "journal": {"key", "witnesses"},
    "centre": {"code", "name"},
}


def check(case: Case, step: Step) -> None:
    case.claimed |= {ABOUT, MANIFEST, SIGNATURE, MIMETYPE_NAME}
    manifest = check_manifest(case.bundle.container)
    step.looked_at += len(case.bundle.container.members)
    verdict = case.verdict(manifest, case.bundle.bytes(SIGNATURE))
    if not verdict.ok:
        step.found([verdict.blocker()], SIGNATURE)
        return
    message = gettext_noop("证据包不是由本平台签名。")
    step.demand(verdict.holder_fingerprint == case.platform, "bundle.other_signer", message, SIGNATURE)
    _about(case, step)
    step.note(gettext_noop("平台：%(name)s，证书 %(fingerprint)s"), name=verdict.holder.name, fingerprint=case.platform)
    if case.known.platform:
        message = gettext_noop("平台的证书不是 %(expected)s。")
        expected = case.known.platform.lower()
        step.demand(case.platform == expected, "bundle.other_platform", message, ABOUT, expected=expected)


def _about(case: Case, step: Step) -> None:
    """bundle.json says these things and no others; what can be confirmed is confirmed by the steps that follow."""
    about = case.bundle.about
    for part, keys in KEYS.items():
        found = about[part] if part else about
        message = gettext_noop("bundle.json 的字段与格式不符。")
        step.demand(isinstance(found, dict) and found.keys() == keys, "bundle.fields", message, ABOUT)
    read_stamp(about["made_at"])
