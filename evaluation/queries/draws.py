"""Reads for the draws of a committee: who may commit a value, and to whom it is escrowed."""

from evaluation.models import Committee, CommitteeDraw
from prequalified.models import Centre, PartyRole, Role, RoleStatus
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import Section
from tendering.queries import document_in_force, standing_bids


def draw_parties(section: Section) -> list[dict[str, str]]:
    """Tenderer, agency, the bidders and the supervisors of the centre and those above it: {number, name, role}."""
    project = section.tendering_project.project
    found = [{"number": project.tenderer.number, "name": project.tenderer.name, "role": "tenderer"}]
    if project.agency:
        found.append({"number": project.agency.number, "name": project.agency.name, "role": "agency"})
    found += [
        {"number": bid.bidder.number, "name": bid.bidder.name, "role": "bidder"} for bid in standing_bids(section)
    ]
    supervisors = PartyRole.objects.filter(
        role=Role.SUPERVISOR, status=RoleStatus.VERIFIED, party__centre__in=_line(project.centre)
    )
    found += [
        {"number": row.party.number, "name": row.party.name, "role": "supervisor"}
        for row in supervisors.select_related("party").order_by("party__number")
    ]
    return found


def _line(centre: Centre) -> list[int]:
    keys: list[int] = []
    step: Centre | None = centre
    while step is not None and step.pk not in keys:
        keys.append(step.pk)
        step = step.parent
    return keys


def trustee_recipients(section: Section) -> tuple[list[str], int]:
    """The opening trustees open a value that its party withholds; (no recipients, 0) where the tender has none."""
    recipients = list(section.trustees.exclude(recipient="").order_by("place").values_list("recipient", flat=True))
    k = int(document_in_force(section).content["decryption"].get("k") or 0)
    return (recipients, k) if recipients and 2 <= k <= len(recipients) else ([], 0)


def committee_draw(committee: Committee, number: str) -> CommitteeDraw:
    """Raises Refusal 404."""
    row = CommitteeDraw.objects.filter(committee=committee, draw__number=number).select_related("draw").first()
    if row is None:
        raise Refusal(Blocker("draw.unknown", gettext_noop("本委员会没有这次抽取")), status=404)
    return row
