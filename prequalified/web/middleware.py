"""Puts the actor on every request: the account, its party, the one role active, and where it comes from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from prequalified.queries.actors import actor_of_request


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actor_of_request(request)  # type: ignore[attr-defined]
        return self.get_response(request)
