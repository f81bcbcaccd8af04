"""Everything that arrives: pages and API to Django, uploads to the raw tus application, sockets to channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from config.routing import build  # noqa: E402  (models must be ready)
from signing.actions.seal_journal import wake_sealer  # noqa: E402

application = build(pages)
wake_sealer()  # what a killed process left in the journal's inbox
