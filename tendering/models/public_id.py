"""Random public names of rows, so that nobody can count what is hidden by the gaps between numbers."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without characters that are read for one another


def public_id() -> str:
    """16 characters, about 79 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
