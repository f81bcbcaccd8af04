"""A full disk is a refusal like any other, whoever met it: the file system, SQLite or PostgreSQL."""

import errno

from runtime.refusal import Blocker, Refusal, gettext_noop

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DATABASES = frozenset({"SQLITE_FULL", "53100"})  # SQLite's error name, PostgreSQL's class `disk_full`
STATUS = 507


def full_disk(error: BaseException) -> Refusal | None:
    """The refusal that stands for this error, or None where it is another error.

    Database errors carry their driver's error as the cause. Whatever the act had begun was rolled back by its transaction;
    files appear complete or not at all.
    """
    named = {getattr(one, name, None) for one in (error, error.__cause__) for name in ("sqlite_errorname", "sqlstate")}
    if (isinstance(error, OSError) and error.errno in NO_ROOM) or named & DATABASES:
        return Refusal(FULL, STATUS)
    return None


FULL = Blocker(
    "store.full",
    gettext_noop("平台的存储空间已满，这一步没有办理，没有写入任何数据"),
    "RFC 4918 11.5",
    gettext_noop("请稍后再试"),
)
