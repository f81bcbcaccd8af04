"""Beat sweeps what the apps name, by tasks that exist."""

from config.celery import SWEEPING, application


def test_beat_starts_only_tasks_that_exist():
    application.loader.import_default_modules()
    schedule = application.conf.beat_schedule
    assert {name.split(":")[0] for name in schedule} == set(SWEEPING)
    assert {entry["task"] for entry in schedule.values()} <= set(application.tasks)
    assert all(entry["schedule"] >= 1 for entry in schedule.values())
