from django.apps import AppConfig


class PrequalifiedConfig(AppConfig):
    name = "prequalified"

    def ready(self) -> None:
        from prequalified.queries.tasks import tasks
        from runtime.todo import provide

        provide(tasks)
