import pytest


@pytest.fixture(autouse=True)
def _own_store(request: pytest.FixtureRequest) -> None:
    """Rooms have files: every test with a database has a store of its own; the running platform's is the home's."""
    if "platform" in request.fixturenames:
        return
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("store")
