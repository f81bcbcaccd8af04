"""Who acts, in which role, and from where: the part of every journal entry that answers "who did this"."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """Where an act came from (20号令 art. 49: time, network address, person and source)."""

    address: str = ""
    session: str = ""
    certificate: str = ""  # SHA-256 of the certificate used to log in or sign, hex; empty for none


@dataclass(frozen=True, slots=True)
class Actor:
    """`role` is the one role active at the time: tenderer, agency, bidder, evaluator, trustee, supervisor, staff, citizen or system."""

    role: str
    name: str = ""
    account_id: int | None = None
    party_id: int | None = None
    number: str = ""  # USCC of an organisation, personal number of a person
    centre: str = ""
    source: Source = field(default_factory=Source)


SYSTEM = Actor(role="system", name="Yangguang")
ANYBODY = Actor(role="citizen")
