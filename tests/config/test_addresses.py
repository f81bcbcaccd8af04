"""Addresses of pages: a name means one page."""

from collections import Counter
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def named(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or ""
        elif not pattern.namespace:
            yield from named(pattern)


def test_every_page_has_a_name_of_its_own():
    counts = Counter(name for name in named(get_resolver()) if name)
    assert len(counts) > 100
    assert [name for name, count in counts.items() if count > 1] == []
