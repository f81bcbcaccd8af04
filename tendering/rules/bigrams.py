"""Chinese full-text search without a dictionary: two-character pieces of Chinese runs, whole words of everything else.

SQLite's trigram index misses words of two characters; these pieces, joined by blanks, are found by FTS5 (unicode61) and
by PostgreSQL's `tsvector('simple')` alike. A single Chinese character is found as the beginning of a piece.
"""

import re
import unicodedata

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
LONGEST = 200_000  # characters of a text that are indexed


def pieces(text: str) -> list[str]:
    """The index terms of a text in its order, lower case, full-width forms folded."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()[:LONGEST]):
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
    return found


def indexed(text: str) -> str:
    """What is stored in the index; single characters are found as prefixes, so a run's last one is added alone."""
    runs = [run for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()[:LONGEST]) if not run[0].isascii()]
    return " ".join(pieces(text) + [run[-1] for run in runs if len(run) > 1])


def query_words(text: str) -> list[list[str]]:
    """Every word of a query as the pieces that must all be found; the last piece of a word may be a beginning."""
    return [found for word in text.split()[:8] if (found := pieces(word[:50]))]
