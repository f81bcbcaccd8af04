from tendering.models.award import Award, Candidate, Letter, Ranking
from tendering.models.bid import Bid, BidStatus, OpenedBid
from tendering.models.document import Attachment, DocumentDownload, TenderDocument, TenderTrustee
from tendering.models.notice import MediumDelivery, Notice
from tendering.models.opening import Attendance, Opening, OpeningObjection, RecordSignature, Release
from tendering.models.project import Project, TenderingProject
from tendering.models.question import Amendment, Objection, Question
from tendering.models.receipt import Receipt
from tendering.models.rule_set import RuleSet
from tendering.models.section import Section, SectionException, SectionMove, SectionState
from tendering.models.upload import Upload

__all__ = [
    "Amendment",
    "Attachment",
    "Attendance",
    "Award",
    "Bid",
    "BidStatus",
    "Candidate",
    "DocumentDownload",
    "Letter",
    "MediumDelivery",
    "Notice",
    "Objection",
    "OpenedBid",
    "Opening",
    "OpeningObjection",
    "Project",
    "Question",
    "Ranking",
    "Receipt",
    "RecordSignature",
    "Release",
    "RuleSet",
    "Section",
    "SectionException",
    "SectionMove",
    "SectionState",
    "TenderDocument",
    "TenderTrustee",
    "TenderingProject",
    "Upload",
]
