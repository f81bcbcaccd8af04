from prequalified.models.account import Account
from prequalified.models.application import Application
from prequalified.models.centre import Centre
from prequalified.models.credential import AccessToken, Challenge
from prequalified.models.party import Party, PartyCertificate, PartyRole, Role, RoleStatus

__all__ = [
    "AccessToken",
    "Account",
    "Application",
    "Centre",
    "Challenge",
    "Party",
    "PartyCertificate",
    "PartyRole",
    "Role",
    "RoleStatus",
]
