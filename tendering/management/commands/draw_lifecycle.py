from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from prequalified.rules.directories import lifecycle as directories
from tendering.models import SectionState
from tendering.rules.lifecycle import LIFE_LINE, MOVES

HEAD = """# The life of a section

Drawn from `tendering/rules/lifecycle.py` by `manage.py draw_lifecycle`; a test compares. `Section.state` is written by
`tendering/actions/move_section.py` alone, which asks the table first.

"""


def drawing() -> str:
    """The life line, the diagram and the table, as Markdown."""
    names = {choice.value: str(choice.label) for choice in SectionState}
    line = " → ".join(f"{state.value} {names[state.value]}" for state in LIFE_LINE)
    arrows = "\n".join(f"    {each.left.value} --> {each.entered.value}: {each.act}" for each in MOVES)
    rows = "\n".join(
        f"| {each.left.value} {names[each.left.value]} | `{each.act}` | {each.entered.value} {names[each.entered.value]} "
        f"| {each.who} | {each.rule} |"
        for each in MOVES
    )
    table = f"| from | act | to | who | rule |\n|---|---|---|---|---|\n{rows}\n"
    section = f"{HEAD}When nothing goes wrong: {line}\n\n```mermaid\nstateDiagram-v2\n{arrows}\n```\n\n{table}"
    return section + _directories()


def _directories() -> str:
    """A request for admission, and an admission: the tables of the parties' storey, whose acts are below prequalified/actions."""
    found = ""
    for title, note, moves, names in (
        (
            "request for admission", "`prequalified/rules/directories/lifecycle.py`: `REQUEST_MOVES`.",
            directories.REQUEST_MOVES, directories.STATUSES,
        ),
        (
            "firm's admission",
            "`prequalified/rules/directories/lifecycle.py`: `MOVES`. `Admission.state` is written by\n"
            "`prequalified/actions/directories/change_admission.py` alone, which asks the table first.",
            directories.MOVES, directories.STATES,
        ),
    ):  # fmt: skip
        arrows = "\n".join(f"    {each.left} --> {each.entered}: {each.act.rpartition('/')[2]}" for each in moves)
        rows = "\n".join(
            f"| {each.left} {names[each.left]} | `{each.act}` | {each.entered} {names[each.entered]} | {each.who} |"
            for each in moves
        )
        found += (
            f"\n# The life of a {title}\n\n{note}\n\n```mermaid\nstateDiagram-v2\n{arrows}\n```\n\n"
            f"| from | act | to | who |\n|---|---|---|---|\n{rows}\n"
        )
    return found


class Command(BaseCommand):
    help = "Draws docs/lifecycle.md from the tables of a section's life, a request's and an admission's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default=str(Path(settings.BASE_DIR) / "docs" / "lifecycle.md"))

    def handle(self, *args: Any, **options: Any) -> None:
        from django.utils import translation

        with translation.override("zh-hans"):
            Path(options["to"]).write_text(drawing(), "utf-8")
        self.stdout.write(options["to"])
