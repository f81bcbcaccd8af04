"""Staff open the account of a firm that came from another platform: registering again would find its code taken."""

from django.db import IntegrityError, transaction

from prequalified.actions.new_account import account_blockers
from prequalified.models import Account, Party
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


def open_party_account(*, party_id: int, username: str, password: str, contact: str, actor: Actor) -> Account:
    """An account by which the firm binds its certificate. Raises Refusal with all faults; for a firm that has one already."""
    refuse_if(account_blockers(username, password, contact), 422)
    try:
        with transaction.atomic():
            party = Party.objects.select_for_update().filter(pk=party_id, centre__in=centres_of(actor)).first()
            if party is None:
                raise Refusal(Blocker("party.unknown", gettext_noop("没有这个主体。")), 404)
            refuse_if([_HAS_ONE] if party.accounts.exists() else [])
            account = Account.objects.create_user(
                username=username.strip(), password=password, name=contact.strip(), party=party
            )
            body = {"account": account.pk, "username": account.username, "contact": contact.strip()}
            subject = f"party:{party.pk}"
            append_entry(kind="account.opened_by_staff", subject=subject, body=body, actor=actor, readers="supervisor")
    except IntegrityError as error:  # the user name was taken between look and write
        refuse_if(account_blockers(username, password, contact), 422)
        raise Refusal(_HAS_ONE) from error
    return account


_HAS_ONE = Blocker("account.exists", gettext_noop("该主体已有账户。"))
