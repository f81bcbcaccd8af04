"""Tender documents: each version signed by the tenderer or its agency and published as signed, in time, by the rules in force;
trustees registered before it with statements of their own."""

import datetime as dt
from base64 import b64decode
from typing import Any

from prequalified.rules.holidays import national_calendar
from runtime.clock import read_stamp
from runtime.refusal import gettext_noop
from signing.rules.asic_manifest import SIGNATURE, check_manifest
from signing.rules.containers import read_container
from signing.rules.statements import SignedStatement, check_recipient
from signing.rules.tender_terms import terms_of
from supervision.rules.bundle import LIMITS
from supervision.rules.verification.acts import Entry
from supervision.rules.verification.case import Case, TenderVersion
from supervision.rules.verification.findings import Step
from supervision.rules.verification.notices import check_notice
from tendering.rules.notices import publication_blockers
from tendering.rules.rulesets import read_regime
from tendering.rules.schedule import move_blockers

RULES = "rules/ruleset.json"


def check(case: Case, step: Step) -> None:
    first = case.acts.one(step, "notice.published", "tender/", round=case.round)
    if first is None:
        return
    acts = [first, *case.acts.of("document.amended")]
    for number, entry in enumerate(acts, 1):
        version = _version(case, step, number, entry)
        if version is None:
            return
        case.tenders.append(version)
    _rules(case, step, first)
    _moves(case, step, acts)
    for entry in case.acts.of("question.answered"):
        check_notice(case, step, entry, "clarification")
    _trustees(case, step, first)


def _version(case: Case, step: Step, number: int, entry: Entry) -> TenderVersion | None:
    name, noted = f"tender/{number}/tender.json", entry.body["document"]
    content: dict[str, Any] = case.json(name)
    digest = case.sha256(name)
    message = gettext_noop("招标文件不是公告时发布的那一份。")
    published = (noted["version"], noted["sha256"]) == (number, digest) and entry.body["times"] == content["times"]
    if not step.demand(published, "tender.other_content", message, name):
        return None
    _belongs(case, step, name, content, number)
    check_notice(case, step, entry, "tender" if number == 1 else "amendment")
    signed = [one for one in case.acts.of("document.signed", sha256=digest) if one.index < entry.index]
    message = gettext_noop("日志中没有这一版招标文件的签名记录。")
    if step.demand(signed, "tender.not_signed", message, name):
        _signature(case, step, name, content, signed[-1])
        _package(case, step, number, content, noted["package"], signed[-1].time)
    terms_of(content)
    return TenderVersion(number, content, digest, read_stamp(entry.body["published"]))


def _belongs(case: Case, step: Step, name: str, content: dict[str, Any], number: int) -> None:
    expected = {
        "tender": case.about["tender"],
        "section": case.code,
        "round": case.round,
        "version": number,
        "centre": case.bundle.about["centre"]["code"],
        "platform": case.bundle.about["platform"],
    }
    for key, value in expected.items():
        message = gettext_noop("招标文件的 %(key)s 与证据包不符。")
        step.demand(content[key] == value, "tender.foreign", message, name, key=key)
    if case.tenders:
        before = case.tenders[-1].content
        for key in ("tenderer", "agency", "trustees", "decryption"):
            message = gettext_noop("后一版招标文件改动了不得改动的 %(key)s。")
            step.demand(content[key] == before[key], "tender.changed", message, name, key=key)


def _signers(content: dict[str, Any]) -> set[str]:
    return {party["number"] for party in (content["tenderer"], content.get("agency")) if party}


def _signature(case: Case, step: Step, name: str, content: dict[str, Any], entry: Entry) -> None:
    place = f"{name.rpartition('/')[0]}/signature.p7s"
    verdict = case.verdict(case.content(name), case.content(place), entry.time)
    if not verdict.ok:
        step.found([verdict.blocker()], place)
        return
    message = gettext_noop("招标文件的签名人既不是招标人也不是代理机构。")
    step.demand(verdict.holder.number in _signers(content), "tender.other_signer", message, place)


def _package(case: Case, step: Step, number: int, content: dict[str, Any], sha256: str, at: dt.datetime) -> None:
    """The tender file with its attachments: the same document, signed by the same parties."""
    name = f"tender/{number}/package.tender"
    container = read_container(case.copy(name, "package.tender"), LIMITS)
    message = gettext_noop("招标文件包不是公告时发布的那一份。")
    step.demand(container.sha256 == sha256, "tender.other_package", message, name)
    verdict = case.verdict(check_manifest(container), container.content(SIGNATURE), at)
    if not verdict.ok:
        step.found([verdict.blocker()], name)
        return
    message = gettext_noop("招标文件的签名人既不是招标人也不是代理机构。")
    step.demand(verdict.holder.number in _signers(content), "tender.other_signer", message, name)
    digests = {each["path"]: each["sha256"] for each in content["attachments"]}
    digests["tender.json"] = case.sha256(f"tender/{number}/tender.json")
    found = {key: member.sha256 for key, member in container.members.items() if key in digests}
    message = gettext_noop("招标文件包的内容与招标文件不符。")
    step.demand(found == digests, "tender.package_differs", message, name)


def _rules(case: Case, step: Step, first: Entry) -> None:
    """The rule set in force at publication, as its digest in the journal names it; the document's times keep its terms."""
    data = case.json(RULES)
    noted = first.body["rule_set"]
    message = gettext_noop("规则集不是公告时适用的那一份。")
    same = (data["code"], case.sha256(RULES)) == (noted["code"], noted["sha256"])
    if not step.demand(same, "rules.other_content", message, RULES):
        return
    tender = case.tenders[0]
    case.rules = read_regime(data, tender.content["regime"])
    times = tender.content["times"]
    step.looked_at += 1
    step.found(
        publication_blockers(times, tender.published, case.round, "signed", case.rules, national_calendar()),
        "tender/1/tender.json",
    )


def _moves(case: Case, step: Step, acts: list[Entry]) -> None:
    """Each amendment came before the deadline and left bidders the time that the rules demand."""
    for before, after, entry in zip(case.tenders, case.tenders[1:], acts[1:], strict=False):
        name = f"tender/{after.number}/tender.json"
        message = gettext_noop("投标截止之后修改了招标文件。")
        step.demand(after.published < before.deadline, "tender.amended_late", message, name)
        if case.rules:
            affects = bool(entry.body["affects_bids"])
            rules = case.rules, national_calendar()
            step.found(move_blockers(before.deadline, after.deadline, after.published, affects, *rules), name)


def _trustees(case: Case, step: Step, published: Entry) -> None:
    """The share at each place can be opened only by whoever signed for its recipient, and who that is was settled before."""
    trustees = case.tender["trustees"]
    for key in ("number", "recipient", "place"):
        message = gettext_noop("同一受托人或同一公钥出现两次。")
        apart = len({each[key] for each in trustees}) == len(trustees)
        step.demand(apart, "trustee.twice", message, "tender/")
    for trustee in trustees:
        _trustee(case, step, trustee, published)


def _trustee(case: Case, step: Step, trustee: dict[str, Any], published: Entry) -> None:
    equal = {"place": trustee["place"], "recipient": trustee["recipient"]}
    entries = [one for one in case.acts.of("trustee.registered", **equal) if one.index < published.index]
    message = gettext_noop("受托人 %(name)s 在公告之前没有登记公钥。")
    if not step.demand(entries, "trustee.not_registered", message, "tender/", name=trustee["name"]):
        return
    statement = SignedStatement(b64decode(trustee["statement"]), b64decode(trustee["signature"]))
    check_recipient(
        statement,
        lambda content, signature: case.verdict(content, signature, entries[-1].time),
        tender=case.tender["tender"],
        recipient=trustee["recipient"],
        number=trustee["number"],
    )
    step.looked_at += 1
