"""All templates parse, and none carries inline script or style, which the CSP would block."""

import re

import pytest
from django.template.loader import get_template

from tests.running import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.I
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_it_parses_and_has_nothing_inline(path):
    get_template(str(path.relative_to(ROOT / "templates")))
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []
