from django.urls import path

from signing.web import timestamps, tlog

urlpatterns = [
    path("tsa", timestamps.timestamp, name="tsa"),
    path("log/checkpoint", tlog.checkpoint, name="log_checkpoint"),
    path("log/key", tlog.key, name="log_key"),
    path("log/tile/<path:path>", tlog.tile_or_bundle, name="log_tile"),
    path("log/cosignatures", tlog.cosignatures, name="log_cosignatures"),
]
