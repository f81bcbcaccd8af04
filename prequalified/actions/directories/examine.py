"""Looks at what a firm hands in: every paper's file and signature anew, then every condition. Writes nothing."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prequalified.models import Directory, Paper, Party
from prequalified.queries.directories.firm_facts import firm_facts
from prequalified.rules.directories.checking import Answers, Finding, PaperFacts, check
from prequalified.rules.timing import day_of
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.store import in_store
from signing.actions.verify_signature import verify_signature

_BLOCK = 1 << 20


def examine(
    document: Mapping[str, Any],
    directory: Directory,
    party: Party,
    grade: str,
    facts: Mapping[str, Any],
    committed: Iterable[str],
) -> list[Finding]:
    """The verdict on every condition. Papers are read from the store: a forged or damaged one is found here."""
    papers = chosen_papers(party, facts)
    known = {paper.public_id: _facts(paper, party) for paper in papers}
    by_key = {key: [known.get(one) or _foreign(one) for one in fact["papers"]] for key, fact in facts.items()}
    answers = Answers(grade, by_key, frozenset(committed))
    return check(document, firm_facts(party, directory, day_of(now())), answers)


def chosen_papers(party: Party, facts: Mapping[str, Any]) -> Sequence[Paper]:
    """The firm's own papers among those chosen, each once, in the order of their numbers."""
    wanted = {one for fact in facts.values() for one in fact["papers"]}
    return list(Paper.objects.filter(party=party, public_id__in=wanted).order_by("pk"))


def _facts(paper: Paper, party: Party) -> PaperFacts:
    return PaperFacts(
        paper.public_id, paper.kind, paper.title, paper.sha256, paper.facts, paper.valid_from, paper.valid_until,
        _fault(paper, party),
    )  # fmt: skip


def _foreign(public_id: str) -> PaperFacts:
    return PaperFacts(public_id, "", public_id, "", {}, fault="foreign")


def _fault(paper: Paper, party: Party) -> str:
    """The file must be there, be what was signed, and the signature the party's; judged at the time it was handed in."""
    digest = hashlib.sha256()
    try:
        with in_store(paper.path).open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except (OSError, ValueError):
        return "lost"
    if digest.hexdigest() != paper.sha256:
        return "forged"
    try:
        verify_signature(
            None, bytes(paper.signature), paper.added_at, party_number=party.number, digest=digest.digest()
        )
    except Refusal:
        return "forged"
    return ""
