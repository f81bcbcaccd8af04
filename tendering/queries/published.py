"""The exact bytes of a published notice: what was hashed, journalled and handed to every medium."""

from signing.rules.canonical import canonical
from tendering.models import Notice
from tendering.rules.notices import published_notice


def notice_text(notice: Notice) -> bytes:
    """Canonical JSON; raises ValueError before the publication."""
    if notice.published_at is None:
        raise ValueError(f"{notice.public_id} is not published")
    return canonical(
        published_notice(
            notice.public_id,
            notice.kind,
            notice.section.code,
            notice.title,
            notice.body,
            notice.published_at,
            notice.ends_at,
        )
    )
