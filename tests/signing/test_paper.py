"""Papers look official, carry selectable Chinese text, and never show a box for a missing glyph."""

import datetime as dt

import pypdfium2
import pytest

from signing.reports.paper import Facts, Heading, Paper, Signature, Signatures, Table, Text, render
from signing.reports.typeface import MissingGlyph

MOMENT = dt.datetime(2026, 3, 5, 6, 7, 8, tzinfo=dt.UTC)


def a_paper(**more) -> Paper:
    fields = {
        "title": "开标记录", "number": "BSC-2026-0001", "issuer": "示范市公共资源交易中心", "issued_at": MOMENT,
        "check_url": "http://127.0.0.1:8000/check/", "digest": "ab" * 32,
        "blocks": [
            Facts([("标段", "第一标段"), ("截止时间", "2026-03-05 14:00:00"), ("说明", "很长的说明" * 20)]),
            Heading("唱标"),
            Table(["投标人", "投标报价(元)"], [[f"某某建设{i}", "980000.00"] for i in range(60)], (3, 2), frozenset({1})),
            Text("以上记录经各方确认 <无误> & 签名。"),
            Signatures("签名", [Signature("某某建设有限公司", "投标人", MOMENT, "cd" * 32)]),
        ],
    }  # fmt: skip
    return Paper(**{**fields, **more})


def pages(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_text_of_a_paper_is_selectable_and_whole():
    text = pages(render(a_paper()))
    assert len(text) >= 2
    whole = "".join(text)
    assert "以上记录经各方确认 <无误> & 签名。" in whole
    assert "2026-03-05 14:07:08 (UTC+8)" in whole
    assert whole.count("980000.00") == 60
    assert all("BSC-2026-0001" in page for page in text)


def test_a_character_without_a_glyph_is_an_error_not_a_box():
    with pytest.raises(MissingGlyph, match=r"U\+10380"):
        render(a_paper(title="开标\U00010380"))


@pytest.mark.parametrize("sealed", [True, False])
def test_only_a_sealed_paper_shows_the_seal(sealed):
    pdf = render(a_paper(sealed=sealed))
    assert ("电子签章" in "".join(pages(pdf)).replace("\r\n", "")) is sealed
