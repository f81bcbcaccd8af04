"""What every new account must fulfil, whoever opens it."""

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from prequalified.models import Account
from runtime.refusal import Blocker, gettext_noop


def account_blockers(username: str, password: str, name: str) -> list[Blocker]:
    """User name and password, all faults at once."""
    username = username.strip()
    found = []
    try:
        UnicodeUsernameValidator()(username)
        fits = len(username) <= 150
    except ValidationError:
        fits = False
    if not fits:
        message = gettext_noop("用户名须为一至一百五十个字母、汉字、数字或 @ . + - _。")
        found.append(Blocker("username.form", message, place="username"))
    elif Account.objects.filter(username=username).exists():
        found.append(Blocker("username.taken", gettext_noop("该用户名已被使用。"), place="username"))
    try:
        validate_password(password, Account(username=username, name=name))
    except ValidationError as error:
        found += [_weak(message) for message in error.messages]
    return found


def _weak(message: str) -> Blocker:
    """Django's own words, filled in and translated already."""
    return Blocker("password.weak", message.replace("%", "%%"), place="password")
