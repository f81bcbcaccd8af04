"""The opening record: it says what happened and nothing else, signed by the platform and by the bidders who were there."""

from typing import Any

from runtime.clock import read_stamp, stamp
from runtime.refusal import gettext_noop
from supervision.rules.verification import stages
from supervision.rules.verification.acts import Entry
from supervision.rules.verification.case import Case, SealedBid
from supervision.rules.verification.findings import Step
from supervision.rules.verification.papers import check_pdf

NAME, PDF = "opening/record.json", "opening/record.pdf"
FORMAT = "yangguang-opening-record/1"


def check(case: Case, step: Step) -> None:
    case.record = case.json(NAME)
    case.by_platform(step, NAME)
    digest = case.sha256(NAME)
    drawn_up = stages.moved(case, "record")
    message = gettext_noop("开标记录不是日志记下的那一份。")
    step.demand(drawn_up and drawn_up.body["record"] == digest, "record.other_content", message, NAME)
    _says(case, step)
    _times(case, step)
    _present(case, step)
    _objections(case, step)
    _signatures(case, step, digest)
    for entry in case.acts.of("opening.record_published", round=case.round):
        step.demand(entry.body["record"] == digest, "record.other_content", message, NAME)
        check_pdf(case, step, PDF, entry.body["pdf"])


def _says(case: Case, step: Step) -> None:
    about, tender = case.about, case.tender
    expected: dict[str, Any] = {
        "format": FORMAT,
        "platform": case.bundle.about["platform"],
        "centre": case.bundle.about["centre"],
        "tender": about["tender"],
        "section": case.code,
        "section_name": about["name"],
        "round": case.round,
        "decryption": tender["decryption"],
        "opening_items": tender["opening_items"],
        "trustees": [_trustee(case, each) for each in tender["trustees"]],
        "bids": [_row(bid) for bid in case.standing],
    }
    for key, value in expected.items():
        message = gettext_noop("开标记录的 %(key)s 与重新开启的结果或招标文件不符。")
        step.demand(case.record[key] == value, "record.differs", message, NAME, key=key)
    known = {*expected, "tender_name", "times", "present", "objections"}
    message = gettext_noop("开标记录含有格式以外的内容。")
    step.demand(case.record.keys() == known, "record.fields", message, NAME)


def _trustee(case: Case, trustee: dict[str, Any]) -> dict[str, Any]:
    good = case.acts.of("bid.released", round=case.round, kind="share", place=trustee["place"], verdict="good")
    return {**{key: trustee[key] for key in ("place", "name", "number")}, "released": len(good)}


def _row(bid: SealedBid) -> dict[str, Any]:
    row = {
        "id": bid.id,
        "bidder": {"name": bid.name, "number": bid.bidder},
        "received_at": bid.receipt["received_at"],
        "sha256": bid.sha256,
        "size": bid.receipt["bid"]["size"],
        "outcome": bid.outcome,
        "cause": bid.cause,
        "decided_at": bid.decided_at,
    }
    return row | ({"inner_sha256": bid.inner_sha256, "items": bid.opening["items"]} if bid.opening else {})


def _times(case: Case, step: Step) -> None:
    times, started = case.record["times"], case.acts.last("opening.started", round=case.round)
    expected = {"deadline": stamp(case.deadline)}
    for stage, keys in (("decrypting", ["decrypt_until"]), ("read_out", ["object_until"]), ("record", ["sign_until"])):
        entry = stages.moved(case, stage)
        expected |= {key: entry.body[key] for key in keys} if entry else {}
    for key, value in expected.items():
        message = gettext_noop("开标记录的时间 %(key)s 与日志不符。")
        step.demand(times.get(key) == value, "record.other_time", message, NAME, key=key)
    message = gettext_noop("开标记录的开标时间与日志不符。")
    begun = started is not None and started.is_about(read_stamp(times["started"]))
    step.demand(begun, "record.other_time", message, NAME)


def _present(case: Case, step: Step) -> None:
    """Who signed in and who confirmed, by their own acts."""
    for kind, key in (("opening.signed_in", "signed_in_at"), ("opening.confirmed", "confirmed_at")):
        said = {row["number"]: row[key] for row in case.record["present"] if row[key]}
        acted = {str(entry.body["bidder"]): entry for entry in case.acts.of(kind, round=case.round)}
        message = gettext_noop("开标记录的签到或确认与日志不符。")
        same = said.keys() == acted.keys() and all(acted[n].is_about(read_stamp(at)) for n, at in said.items())
        step.demand(same, "record.other_attendance", message, NAME)


def _objections(case: Case, step: Step) -> None:
    raised = [(e.body["name"], e.body["text"]) for e in case.acts.of("opening.objected", round=case.round)]
    said = [(row["name"], row["text"]) for row in case.record["objections"]]
    answers = sorted(str(e.body["answer"]) for e in case.acts.of("opening.answered", round=case.round))
    answered = sorted(row["answer"] for row in case.record["objections"] if row["answer"])
    message = gettext_noop("开标记录的异议和答复与日志不符。")
    step.demand((raised, answers) == (said, answered), "record.other_objections", message, NAME)


def _signatures(case: Case, step: Step, digest: str) -> None:
    """Each signature of the journal is here and holds; none is here that the journal does not know."""
    entries: list[Entry] = case.acts.of("opening.record_signed", round=case.round)
    present = {row["number"] for row in case.record["present"]}
    for entry in entries:
        number = str(entry.body["bidder"])
        place = f"opening/signatures/{number}.p7s"
        message = gettext_noop("签署开标记录的投标人没有签到，或者签署的是另一份记录。")
        step.demand(number in present and entry.body["record"] == digest, "record.signed_other", message, place)
        case.by_party(step, NAME, place, number, entry)
    found = len(case.bundle.names("opening/signatures/", ".p7s"))
    message = gettext_noop("日志记有 %(stated)s 人签署，证据包有 %(found)s 份签名。")
    step.demand(found == len(entries), "record.signatures", message, NAME, stated=len(entries), found=found)
    step.note(gettext_noop("%(count)s 名投标人签署了开标记录"), count=len(entries))
