"""Hidden values of a verifiable draw: tenderer and supervisor commit to them, and open them when nobody can commit any more."""

from collections.abc import Mapping, Sequence

from config.demonstration.cast import SUPERVISOR, TENDERER
from config.demonstration.people import Person
from signing.rules.escrow import Secret, commit

PARTS = (TENDERER, SUPERVISOR)


def commit_values(people: Mapping[str, Person], number: str, recipients: Sequence[str], k: int) -> dict[str, Secret]:
    """The secrets by player, each made on its own machine."""
    secrets = {}
    for part in PARTS:
        secret, document = commit(number, recipients, k)
        people[part.key].post(f"/draws/{number}/commitments", document, role=part.roles[0])
        secrets[part.key] = secret
    return secrets


def open_values(people: Mapping[str, Person], number: str, secrets: Mapping[str, Secret]) -> None:
    for part in PARTS:
        secret = secrets[part.key]
        opened = {"salt": secret.salt.hex(), "value": secret.value.hex()}
        people[part.key].post(f"/draws/{number}/openings", opened, role=part.roles[0])
