"""Translations: `python -m config.catalogues` compiles what is newer than its result (no gettext needed)."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all(root: Path = LOCALE) -> list[Path]:
    """Compile each `locale/<app>/<language>/LC_MESSAGES/*.po` beside it; returns what was written."""
    written = []
    for source in sorted(root.glob("*/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=source.parent.parent.name, abort_invalid=True)
        partial = target.with_suffix(".mo.part")
        with partial.open("wb") as out:
            write_mo(out, catalogue)
        partial.replace(target)  # a page may be reading it
        written.append(target)
    return written


if __name__ == "__main__":
    compile_all()
