"""Sockets of the parties' floor."""

from django.urls import path

from prequalified.live.draw import DrawConsumer

sockets = [path("live/draws/<str:number>", DrawConsumer.as_asgi())]
