"""What the parties' endpoints take and give. Text never holds a NUL, which PostgreSQL cannot store."""

import datetime as dt
from typing import Annotated, Any

from ninja import Schema
from pydantic import StringConstraints

from prequalified.models import Application, Party, PartyCertificate, PartyRole

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=20_000)]


class ChallengeOut(Schema):
    """`text` is signed as UTF-8, within two minutes, once."""

    id: str
    text: str


class LogIn(Schema):
    """Either `challenge` and `signature` (Base64 of a detached CMS over the challenge's text), or a password."""

    challenge: Text = ""
    signature: Annotated[str, StringConstraints(max_length=200_000)] = ""
    username: Text = ""
    password: Text = ""
    role: Text = ""


class PartyOut(Schema):
    name: str
    number: str


class SessionOut(Schema):
    token: str
    expires_at: dt.datetime
    role: str
    roles: list[str]
    party: PartyOut | None


class RoleIn(Schema):
    role: Text


class RoleOut(Schema):
    role: str


class MeOut(Schema):
    name: str
    number: str
    role: str
    roles: list[str]
    centre: str
    certificate: str


class RegistrationIn(Schema):
    kind: Text = "organisation"
    name: Text
    number: Text
    role: Text
    centre: Text
    username: Text
    password: Text
    contact: Text = ""
    terms_accepted: bool
    details: dict[Text, Text] = {}


class CitizenIn(Schema):
    username: Text
    password: Text
    name: Text = ""
    terms_accepted: bool


class AccountOut(Schema):
    username: str


class DetailsIn(Schema):
    """`name`: a new name of the party; left out, the proposal stays as it is."""

    details: dict[Text, Text]
    name: Text | None = None


class NewApplication(Schema):
    role: Text


class Reasons(Schema):
    reasons: Text


class Reason(Schema):
    reason: Text


class StatusIn(Schema):
    status: Text
    reason: Text


class AppointmentIn(Schema):
    kind: Text = "person"
    name: Text
    number: Text
    username: Text
    password: Text
    centre: Text = ""


class Binding(Schema):
    challenge: Text
    signature: Annotated[str, StringConstraints(max_length=200_000)]


class ApplicationOut(Schema):
    """`details` is what is applied for, `in_force` what holds until it is verified."""

    id: int
    role: str
    role_id: int
    status: str
    name: str
    details: dict[str, str]
    in_force: dict[str, str]
    reasons: str
    applied_by: str
    applied_at: dt.datetime | None
    decided_by: str
    decided_at: dt.datetime | None
    party: PartyOut


class PartyRoleOut(Schema):
    id: int
    party_id: int
    party: PartyOut
    kind: str
    centre: str
    role: str
    status: str
    verified_at: dt.datetime | None
    switched_at: dt.datetime | None
    switch_reason: str


class ApplicationList(Schema):
    count: int
    page: int
    pages: int
    items: list[ApplicationOut]


class PartyRoleList(Schema):
    count: int
    page: int
    pages: int
    items: list[PartyRoleOut]


class CertificateOut(Schema):
    fingerprint: str
    holder: str
    subject: str
    issuer: str
    not_before: dt.datetime
    not_after: dt.datetime
    bound_at: dt.datetime
    unbound_at: dt.datetime | None


def party_out(party: Party) -> dict[str, Any]:
    return {"name": party.name, "number": party.number}


def application_out(row: Application) -> dict[str, Any]:
    role = row.party_role
    return {
        "id": row.pk,
        "role": role.role,
        "role_id": role.pk,
        "status": row.status,
        "name": row.name,
        "details": row.details,
        "in_force": role.party.details.get(role.role, {}),
        "reasons": row.reasons,
        "applied_by": row.applied_by.get_full_name() if row.applied_by else "",
        "applied_at": row.applied_at,
        "decided_by": row.decided_by.get_full_name() if row.decided_by else "",
        "decided_at": row.decided_at,
        "party": party_out(role.party),
    }


def party_role_out(row: PartyRole) -> dict[str, Any]:
    return {
        "id": row.pk,
        "party_id": row.party_id,
        "party": party_out(row.party),
        "kind": row.party.kind,
        "centre": row.party.centre.code,
        "role": row.role,
        "status": row.status,
        "verified_at": row.verified_at,
        "switched_at": row.switched_at,
        "switch_reason": row.switch_reason,
    }


def certificate_out(row: PartyCertificate) -> dict[str, Any]:
    names = ("fingerprint", "holder", "subject", "issuer", "not_before", "not_after", "bound_at", "unbound_at")
    return {name: getattr(row, name) for name in names}
