"""Telling that two entries are one person without keeping the number of anybody's identity document."""

from django.utils.crypto import salted_hmac

# A personal number has so little entropy (region, birthday, three digits) that a plain hash is undone by trying all of them;
# keyed with a secret that is not in the database, a stolen copy of the tables tells nothing. The key is derived from
# SECRET_KEY for this purpose alone. Whoever changes SECRET_KEY must have people enter their numbers again: equal numbers
# would no longer have equal keys, and nobody, us included, can compute them anew.
_PURPOSE = "prequalified.person.number"


def number_key(number: str) -> str:
    """64 hex digits, equal for equal numbers on this platform and on no other."""
    return salted_hmac(_PURPOSE, number, algorithm="sha256").hexdigest()
