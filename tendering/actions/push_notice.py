"""A published notice is handed to one designated medium (CTS A-54, B-001): the same bytes for all."""

import httpx

from runtime.clock import now
from tendering.models import MediumDelivery
from tendering.queries.published import notice_text

TIMEOUT = 15.0  # seconds


def push_notice(delivery: MediumDelivery) -> bool:
    """POSTs the notice to the medium's address; whether it took it. A refusal or a broken line is kept in `answer` and
    tried again by the sweep. A medium that got it twice knows it by its SHA-256.
    """
    if delivery.delivered_at is not None or not delivery.address:
        return delivery.delivered_at is not None
    headers = {"Content-Type": "application/json", "Digest": f"sha-256={delivery.sha256}"}
    try:
        response = httpx.post(delivery.address, content=notice_text(delivery.notice), headers=headers, timeout=TIMEOUT)
        delivery.answer = f"{response.status_code} {response.text[:200]}"
        if response.is_success:
            delivery.delivered_at = now()
    except httpx.HTTPError as error:
        delivery.answer = f"{type(error).__name__}: {error}"[:300]
    delivery.save(update_fields=["answer", "delivered_at"])
    return delivery.delivered_at is not None
