import pytest

from tendering.models import SectionState
from tests.factories.tendering import make_published_section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(store):
    return store


def test_a_tender_is_published_from_draft_to_notice():
    tender = make_published_section()
    assert tender.section.state == SectionState.PUBLISHED


def test_works_are_published_with_their_bill_of_quantities():
    tender = make_published_section(regime="ENG", kind="works", agency=True, budget="5000000.00", ceiling="4800000.00")
    assert tender.section.state == SectionState.PUBLISHED
