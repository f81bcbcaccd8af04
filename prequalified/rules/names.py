"""When two names are the same name: full-width signs, blanks, kinds of brackets, letter case and traditional or simplified
writing make no difference.
"""

import unicodedata
from importlib.resources import files


def _simplified() -> dict[int, str]:
    """Traditional sign → simplified, from OpenCC's table. Sign by sign, without OpenCC's phrases, so that a key never depends
    on what stands beside a sign. Signs that simplified writing uses as well (乾, 於, 徵 …) stay: folding them would make one
    name of two.
    """
    table = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8-sig")
    pairs = [line.split("\t") for line in table.splitlines() if "\t" in line]
    return {ord(sign): plain.split(" ")[0] for sign, plain in pairs if sign not in plain.split(" ")}


_SIMPLIFIED = _simplified()
_SAME = str.maketrans({"〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")", "·": "", "•": "", "・": ""})


def key(name: str) -> str:
    """What two spellings of one name have in common; kept unique in the database."""
    plain, before = name, ""
    while (
        plain != before
    ):  # folding can undo a composition and composing a folding: go on until neither changes anything
        before = plain
        plain = unicodedata.normalize(
            "NFKC", unicodedata.normalize("NFKC", plain).translate(_SAME).translate(_SIMPLIFIED).casefold()
        )
        plain = "".join(sign for sign in plain if not sign.isspace())
    return plain


def tidy(name: str) -> str:
    """As it is shown: single blanks inside, none around."""
    return " ".join(unicodedata.normalize("NFC", name).split())
