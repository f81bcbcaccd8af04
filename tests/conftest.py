"""What all tests share. Fixtures: `store`, `platform` (the real server), `page` (a real browser); markers: needs, cts."""

import pytest

from config.catalogues import compile_all
from tests.append_only import let_tests_flush, pytest_runtest_teardown  # noqa: F401  (a hook)
from tests.left_out import leave_out, summary
from tests.running import RunningPlatform

let_tests_flush()


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):  # once, not in every worker
        compile_all()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out(items)


def pytest_terminal_summary(terminalreporter) -> None:
    summary(terminalreporter)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL drops no database that threads of a test still hold: they are shown out first."""
    yield
    from django.db import connection

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def store(tmp_path, settings):
    """`settings.STORE` as an empty folder of this test, so that "nothing was stored" can be said."""
    settings.STORE = tmp_path / "store"
    settings.STORE.mkdir()
    return settings.STORE


@pytest.fixture(scope="module")
def _server(django_db_setup, django_db_blocker):
    """One server process for the tests of a module, on the test database."""
    running = RunningPlatform()
    yield running
    running.stop()


@pytest.fixture
def platform(transactional_db, _server):
    """The real daphne on a free port, on the test's database and home: what a test commits, it sees, and the reverse.

    `platform.url`, `.port`, `.kill()` (kill -9), `.start()`, `.restart()`. Started anew if the test before killed it.
    """
    _server.start()
    return _server
