"""A citizen's account: a name and a password, no party, nothing but reading."""

from django.db import IntegrityError, transaction

from prequalified.actions.new_account import account_blockers
from prequalified.models import Account
from prequalified.rules.registration import TERMS_VERSION, terms_blockers
from runtime.actor import Actor, Source
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def open_citizen_account(*, username: str, password: str, name: str, terms_accepted: bool, source: Source) -> Account:
    """Raises Refusal with every fault at once: terms, user name, password."""
    refuse_if(terms_blockers(terms_accepted) + account_blockers(username, password, name), 422)
    try:
        with transaction.atomic():
            return _write(username.strip(), password, name.strip()[:120], source)
    except IntegrityError:  # the user name was taken between look and write
        refuse_if(account_blockers(username, password, name), 422)
        raise


def _write(username: str, password: str, name: str, source: Source) -> Account:
    account = Account.objects.create_user(username=username, password=password, name=name)
    actor = Actor("citizen", account.get_full_name(), account.pk, source=source)
    append_entry(
        kind="account.opened",
        subject=f"account:{account.pk}",
        body={"terms": TERMS_VERSION},
        actor=actor,
        readers="supervisor",
    )
    return account
