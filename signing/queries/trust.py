"""Whom the platform trusts."""

from signing.models.authority import TrustedAuthority
from signing.rules.certificates import Authority, TrustStore

_kept: dict[tuple[object, ...], TrustStore] = {}


def trust_store() -> TrustStore:
    """All authorities, withdrawn ones too (each with its dates: the rules choose by the moment). One small query while
    nothing changes; then the same object again, so that the validating processes keep what they have parsed."""
    rows = TrustedAuthority.objects.order_by("name")
    state = tuple(rows.values_list("pk", "name", "changed_at"))
    if state not in _kept:
        store = TrustStore(tuple(row.as_authority() for row in rows))
        _kept.clear()
        _kept[state] = store
        return store
    return _kept[state]


def is_local(authority: Authority) -> bool:
    """True for the platform's own CA, which pages must show as such."""
    return TrustedAuthority.objects.filter(name=authority.name, local=True).exists()
