"""Sockets of evaluation."""

from django.urls import path

from evaluation.live.room import RoomConsumer

sockets = [path("live/rooms/<slug:code>", RoomConsumer.as_asgi())]
