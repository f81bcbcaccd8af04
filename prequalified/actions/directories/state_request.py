"""What a firm signs, made from what it filled in, with the verdict on it: the same for a request and for a yearly review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prequalified.actions.directories.examine import chosen_papers, examine
from prequalified.models import AdmissionRequest, ConditionSet, Directory, Party, YearlyReview
from prequalified.rules.directories.checking import Finding, Verdict, faults, grade_blockers
from prequalified.rules.directories.conditions import conditions_for
from prequalified.rules.directories.requests import FORMAT, REVIEW_FORMAT, statement
from runtime.refusal import Blocker


@dataclass(frozen=True)
class Stated:
    """`statement` is what is signed (as canonical JSON); `blockers` all that stops it; `findings` the verdicts."""

    statement: dict[str, Any]
    findings: list[Finding]
    blockers: list[Blocker]

    @property
    def data(self) -> list[dict[str, Any]]:
        return [finding.as_data() for finding in self.findings]


def state_request(request: AdmissionRequest) -> Stated:
    conditions, directory = request.call.condition_set, request.call.directory
    return _state(
        FORMAT, request.number, directory, conditions, request.party, request.grade, request.facts, request.committed
    )


def state_review(review: YearlyReview, conditions: ConditionSet) -> Stated:
    admission = review.admission
    number = f"{admission.number}/{review.year}"
    return _state(
        REVIEW_FORMAT, number, admission.directory, conditions, admission.party, admission.grade, review.facts,
        review.committed,
    )  # fmt: skip


def _state(
    form: str, number: str, directory: Directory, conditions: ConditionSet, party: Party, grade: str,
    facts: Mapping[str, Any], committed: Iterable[str],
) -> Stated:  # fmt: skip
    document = conditions.conditions
    asked = {one["key"]: one for one in conditions_for(document, grade)}
    told = {key: fact for key, fact in facts.items() if key in asked}
    findings = examine(document, directory, party, grade, told, committed)
    used = [finding.key for finding in findings if finding.verdict is Verdict.COMMITTED]
    papers = chosen_papers(party, told)
    made = statement(
        form=form,
        number=number,
        directory=directory.code,
        conditions_sha256=conditions.sha256,
        party={"name": party.name, "number": party.number},
        grade=grade,
        facts=told,
        papers=[{"id": one.public_id, "kind": one.kind, "title": one.title, "sha256": one.sha256} for one in papers],
        commitments=[{"key": key, "text": asked[key]["text"]} for key in used],
    )
    return Stated(made, findings, [*grade_blockers(document, grade), *faults(findings)])
