from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

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
    return f"{HEAD}When nothing goes wrong: {line}\n\n```mermaid\nstateDiagram-v2\n{arrows}\n```\n\n{table}"


class Command(BaseCommand):
    help = "Draws docs/lifecycle.md from the table of a section's life."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default=str(Path(settings.BASE_DIR) / "docs" / "lifecycle.md"))

    def handle(self, *args: Any, **options: Any) -> None:
        from django.utils import translation

        with translation.override("zh-hans"):
            Path(options["to"]).write_text(drawing(), "utf-8")
        self.stdout.write(options["to"])
