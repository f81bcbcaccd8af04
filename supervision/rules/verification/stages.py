"""How far the section has come, by the journal and by what the bundle says; a paper of a stage that is over may not be left out."""

from supervision.rules.verification.acts import Entry
from supervision.rules.verification.case import Case

DECRYPTED = {"decrypting", "read_out", "record", "closed"}
AFTER_OPENING = {"opened", "evaluating", "evaluated", "publicity", "awarded"}
AFTER_EVALUATION = {"evaluated", "publicity", "awarded"}


def moved(case: Case, entered: str) -> Entry | None:
    """The entry by which the opening entered a stage."""
    return case.acts.last("opening.moved", round=case.round, entered=entered)


def decryption(case: Case) -> bool:
    return any(moved(case, stage) for stage in sorted(DECRYPTED)) or record(case)


def record(case: Case) -> bool:
    return (
        moved(case, "closed") is not None
        or case.acts.last("opening.record_published", round=case.round) is not None
        or str(case.about["state"]) in AFTER_OPENING
    )


def committee(case: Case) -> bool:
    """Somebody has handed in, and that count stands."""
    return evaluation(case)


def evaluation(case: Case) -> bool:
    return (
        any(entry.index > _voided(case) for entry in case.acts.of("ranking.recorded"))
        or str(case.about["state"]) in AFTER_EVALUATION
    )


def _voided(case: Case) -> int:
    """Index of the last decision to evaluate anew; what was ranked before it no longer counts."""
    again = case.acts.last("section.reevaluated", round=case.round)
    return again.index if again else -1


def award(case: Case) -> bool:
    published = any(entry.index > _voided(case) for entry in case.acts.of("candidates.published"))
    return published or bool(case.acts.of("award.decided")) or str(case.about["state"]) in {"publicity", "awarded"}


def always(case: Case) -> bool:
    return True
