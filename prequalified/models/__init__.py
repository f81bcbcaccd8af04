from prequalified.models.account import Account
from prequalified.models.admission import (
    Admission,
    AdmissionChange,
    AdmissionObjection,
    AdmissionRequest,
    Commitment,
    YearlyReview,
)
from prequalified.models.application import Application
from prequalified.models.centre import Centre
from prequalified.models.conduct import (
    ConductCase,
    ConductReport,
    ConductRules,
    PointEntry,
    Rating,
    RunningContract,
)
from prequalified.models.credential import AccessToken, Challenge
from prequalified.models.directory import Call, Category, ConditionSet, Directory
from prequalified.models.directory_draw import DirectoryDraw, Drawn
from prequalified.models.exchange import ExchangePeer, IncomingRecord, OutgoingRecord
from prequalified.models.expiry import ExpiryAnnouncement
from prequalified.models.gate import GateAnswer
from prequalified.models.paper import Paper
from prequalified.models.party import Party, PartyCertificate, PartyRole, Role, RoleStatus
from prequalified.models.person import Person
from prequalified.models.relation import Relation
from prequalified.models.sanction import CaseStep, ListKind, Repair, Sanction, SanctionCase, SanctionEnd
from prequalified.models.sanction_import import ImportedRow, SanctionImport

__all__ = [
    "AccessToken",
    "Account",
    "Admission",
    "AdmissionChange",
    "AdmissionObjection",
    "AdmissionRequest",
    "Application",
    "Call",
    "CaseStep",
    "Category",
    "Centre",
    "Challenge",
    "Commitment",
    "ConditionSet",
    "ConductCase",
    "ConductReport",
    "ConductRules",
    "Directory",
    "DirectoryDraw",
    "Drawn",
    "ExchangePeer",
    "ExpiryAnnouncement",
    "GateAnswer",
    "ImportedRow",
    "IncomingRecord",
    "ListKind",
    "OutgoingRecord",
    "Paper",
    "Party",
    "PartyCertificate",
    "PartyRole",
    "Person",
    "PointEntry",
    "Rating",
    "Relation",
    "Repair",
    "Role",
    "RoleStatus",
    "RunningContract",
    "Sanction",
    "SanctionCase",
    "SanctionEnd",
    "SanctionImport",
    "YearlyReview",
]
