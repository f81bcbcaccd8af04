from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "评标"

    def ready(self) -> None:
        from evaluation.queries.tasks import tasks
        from runtime.todo import provide

        provide(tasks)
