"""The import contracts name every edge there is; import-linter itself runs in `make lint`."""

import tomllib

from tests.running import ROOT

APPS = ("signing", "prequalified", "tendering", "evaluation", "supervision")


def _contract(number: str) -> dict:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return next(each for each in settings["tool"]["importlinter"]["contracts"] if each["name"].startswith(number))


def test_every_edge_of_every_app_is_protected():
    edges = {
        f"{app}.{edge}"
        for app in APPS
        for edge in ("web", "api", "live", "tasks", "management", "admin")
        if (ROOT / app / edge).is_dir() or (ROOT / app / f"{edge}.py").exists()
    }
    assert edges <= set(_contract("4.")["protected_modules"])


def test_every_apps_rules_are_pure():
    assert {f"{app}.rules" for app in APPS} <= set(_contract("3a.")["source_modules"])
    events = {f"{app}.events" for app in APPS if (ROOT / app / "events.py").exists()}
    assert events <= set(_contract("3a.")["source_modules"])
