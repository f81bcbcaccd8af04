"""When two names are the same name: full-width signs, blanks, kinds of brackets and letter case make no difference."""

import unicodedata

_SAME = str.maketrans({"〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")", "·": "", "•": "", "・": ""})


def key(name: str) -> str:
    """What two spellings of one name have in common; kept unique in the database."""
    plain, before = name, ""
    while (
        plain != before
    ):  # folding can undo a composition and composing a folding: go on until neither changes anything
        before = plain
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).translate(_SAME).casefold())
        plain = "".join(sign for sign in plain if not sign.isspace())
    return plain


def tidy(name: str) -> str:
    """As it is shown: single blanks inside, none around."""
    return " ".join(unicodedata.normalize("NFC", name).split())
