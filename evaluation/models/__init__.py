from evaluation.models.committee import (
    ChairVote,
    Committee,
    CommitteeDraw,
    CommitteeMember,
    MemberKind,
    PhaseEntry,
    PhaseName,
    Recusal,
    Undertaking,
)
from evaluation.models.expert import Expert, ExpertStatus, ExpertTie, Specialty, Venue
from evaluation.models.report import Report, ReportSignature, Summary
from evaluation.models.scoring import BidStanding, DraftScore, HandIn, PreliminaryVerdict, RollBack

__all__ = [
    "BidStanding",
    "ChairVote",
    "Committee",
    "CommitteeDraw",
    "CommitteeMember",
    "DraftScore",
    "Expert",
    "ExpertStatus",
    "ExpertTie",
    "HandIn",
    "MemberKind",
    "PhaseEntry",
    "PhaseName",
    "PreliminaryVerdict",
    "Recusal",
    "Report",
    "ReportSignature",
    "RollBack",
    "Specialty",
    "Summary",
    "Undertaking",
    "Venue",
]
