"""Sockets of tendering."""

from django.urls import path

from tendering.live.hall import HallConsumer

sockets = [path("live/openings/<str:code>", HallConsumer.as_asgi())]
