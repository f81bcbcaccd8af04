"""The part that all publications share: the notice stands from this moment, on every designated medium at once."""

import datetime as dt
import hashlib

from runtime.actor import Actor
from runtime.dispatch import demand_transaction
from signing.rules.canonical import canonical
from tendering.actions.index_notice import index_notice
from tendering.models import MediumDelivery, Notice
from tendering.queries.rule_sets import rules_for
from tendering.rules.bigrams import indexed
from tendering.rules.notices import published_notice


def release_notice(notice: Notice, *, actor: Actor, at: dt.datetime) -> Notice:
    """Needs the open transaction of the act that publishes, which journals it. Staff who publish have verified."""
    demand_transaction()
    section = notice.section
    data = published_notice(notice.public_id, notice.kind, section.code, notice.title, notice.body, at, notice.ends_at)
    content = canonical(data)
    notice.sha256 = hashlib.sha256(content).hexdigest()
    notice.state, notice.published_at = Notice.State.PUBLISHED, at
    if actor.role == "staff":
        notice.verified_at, notice.verified_by_id = at, actor.account_id
    words = [notice.title, section.code, section.name, *(row["text"] for row in notice.body)]
    notice.search = indexed(" ".join(words))
    notice.save()
    index_notice(notice)
    for medium in rules_for(section, at).media:
        here = medium.code == "platform"
        MediumDelivery.objects.create(
            notice=notice,
            medium=medium.code,
            name=medium.name,
            address=medium.address,
            sha256=notice.sha256,
            queued_at=at,
            delivered_at=at if here else None,
        )
    return notice
