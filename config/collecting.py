"""Collecting what is to be translated: from Python, templates and scripts, a catalogue an app (no gettext needed).

The Chinese sentence is the key. `runtime`, the shell of the pages and the errors count to `config`.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "signing", "prequalified", "tendering", "evaluation", "supervision")
DOMAINS = ("django", "djangojs")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
_HEADER = r"""msgid ""
msgstr ""
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
_CODE = {"config": ("config", "runtime")}
_TEMPLATES = {"config": ("config", "errors", "base.html")}
_SCRIPTS = {"config": ("config", "runtime")}


def _files(root: Path, names: tuple[str, ...], ending: str) -> Iterator[Path]:
    for name in names:
        place = root / name
        yield from [place] if place.is_file() else sorted(place.rglob(f"*{ending}"))


def _sources(app: str, domain: str, root: Path) -> Iterator[tuple[Path, str, bytes]]:
    """(path, babel's extractor, text) of everything of an app that holds words."""
    if domain == "djangojs":
        for path in _files(root / "static", _SCRIPTS.get(app, (app,)), ".js"):
            yield path, "javascript", path.read_bytes()
        return
    for path in _files(root, _CODE.get(app, (app,)), ".py"):
        if "migrations" not in path.parts:
            yield path, "python", path.read_bytes()
    for path in _files(root / "templates", _TEMPLATES.get(app, (app,)), ".html"):
        lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
        # What is not to be translated is blanked out; indentation would be Python's to complain about.
        yield path, "python", "\n".join(line.strip() for line in lines).encode()


def collect(app: str, domain: str, root: Path = ROOT) -> Catalog:
    """All words of an app, untranslated."""
    found = Catalog(locale="en", domain=domain, project="Yangguang", charset="utf-8")
    for path, method, text in _sources(app, domain, root):
        place = str(path.relative_to(root))
        for line, message, comments, context in extract(method, io.BytesIO(text), KEYWORDS, ["Translators"], {}):
            found.add(message, locations=[(place, line)], auto_comments=comments, context=context)
    return found


def path_of(app: str, domain: str, root: Path = ROOT) -> Path:
    return root / "locale" / app / "en" / "LC_MESSAGES" / f"{domain}.po"


def read(app: str, domain: str, root: Path = ROOT) -> Catalog:
    """The catalogue as it stands; empty if there is none."""
    path = path_of(app, domain, root)
    if not path.exists():
        return Catalog(locale="en", domain=domain)
    with path.open("rb") as lines:
        return read_po(lines, locale="en", domain=domain, abort_invalid=True)


def update(app: str, domain: str, root: Path = ROOT) -> tuple[int, int]:
    """Bring a catalogue up to date: new words added, vanished ones dropped; (all, untranslated)."""
    found = collect(app, domain, root)
    if not len(found):
        return 0, 0
    known = {(message.id, message.context): message for message in read(app, domain, root) if message.id}
    for message in found:
        if message.id and (old := known.get((message.id, message.context))) and not old.fuzzy:
            message.string = old.string
    path = path_of(app, domain, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        out.write(_HEADER.encode())  # without dates: collecting twice changes nothing
        write_po(out, found, width=0, include_lineno=False, omit_header=True)
    words = [message for message in found if message.id]
    return len(words), sum(1 for message in words if not translated(message.string))


def translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def faults(app: str, domain: str, root: Path = ROOT) -> list[str]:
    """What is wrong with the English of an app: missing, fuzzy, or with other places to fill in than the Chinese."""
    known = {(message.id, message.context): message for message in read(app, domain, root) if message.id}
    wrong = []
    for message in collect(app, domain, root):
        if not message.id:
            continue
        english = known.get((message.id, message.context))
        if english is None or not translated(english.string):
            wrong.append(f"no English: {message.id!r} ({message.locations[0][0]})")
        elif english.fuzzy:
            wrong.append(f"fuzzy: {message.id!r}")
        else:
            english.flags |= message.flags
            wrong += [f"{error}: {message.id!r}" for error in english.check()]
    return wrong
