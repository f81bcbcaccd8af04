"""Every Chinese sentence has its English, and the English fills in the same places."""

import pytest
from django.utils import translation

from config.collecting import APPS, DOMAINS, collect, faults, read, update
from runtime.refusal import Blocker
from runtime.spoken import spoken


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("app", APPS)
def test_every_message_has_its_english(app, domain):
    assert faults(app, domain) == [], f"run `make messages` and write the English in locale/{app}/en"


def test_words_are_found_in_code_templates_and_scripts(tmp_path):
    for path, text in {
        "tendering/actions/act.py": 'BAD = Blocker("a", gettext_noop("甲 %(x)s"))',
        "templates/tendering/page.html": '  {% translate "乙" %}\n"{% blocktranslate count n=2 %}丙{% plural %}丁{% endblocktranslate %}',
        "static/tendering/page.js": 'say(gettext("戊"));',
        "templates/signing/other.html": '{% translate "己" %}',
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    ids = [message.id for message in collect("tendering", "django", tmp_path) if message.id]
    assert ids == ["甲 %(x)s", "乙", ("丙", "丁")]
    assert [message.id for message in collect("tendering", "djangojs", tmp_path) if message.id] == ["戊"]
    assert update("tendering", "django", tmp_path) == (3, 3)

    catalogue = read("tendering", "django", tmp_path)
    assert len(catalogue) == 3
    assert len(faults("tendering", "django", tmp_path)) == 3


def test_a_translation_that_fills_in_other_places_is_a_fault(tmp_path):
    (tmp_path / "signing").mkdir()
    (tmp_path / "signing/act.py").write_text('_("到 %(until)s 截止")')
    update("signing", "django", tmp_path)
    path = tmp_path / "locale/signing/en/LC_MESSAGES/django.po"
    path.write_text(path.read_text().replace('截止"\nmsgstr ""', '截止"\nmsgstr "closes at %(time)s"'))
    (fault,) = faults("signing", "django", tmp_path)
    assert "截止" in fault


def test_a_refusal_is_spoken_in_the_readers_language():
    blocker = Blocker("room.not_admitted", "您不能进入这里。", remedy="请稍后再试。")
    assert spoken([blocker])[0]["message"] == "您不能进入这里。"
    with translation.override("en"):
        assert spoken([blocker])[0]["message"] == "You may not enter here."
        assert spoken([blocker])[0]["remedy"] == "Please try again later."
