import pytest
from django.test import Client

from tests.factories.parties import log_in, make_party
from tests.prequalified.api import NAME


@pytest.fixture
def kit(store):
    return make_party(NAME, 1, ["bidder"])


@pytest.fixture
def firm(kit):
    return log_in(Client(), kit)


@pytest.fixture
def staff(kit):
    return log_in(Client(), make_party("交易中心", 99, ["staff"]))
