"""A connection that the user passes, in whatever state it is, and what an address may show."""

import re
from typing import Any

from kullback.errors import InputError

# user:password@ of an address, and the same as a parameter or in a driver's words.
_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):[^\s]*@|(password\s*=\s*)[^&\s]+", re.IGNORECASE)
_IN_MEMORY = {":memory:", "sqlite:///:memory:", "sqlite://", "sqlite:///", ""}


def without_password(text: str) -> str:
    """Return an address, or what a driver says of one, without any password.

    Examples
    --------
    >>> without_password("mysql://u:secret@h/x"), without_password("host=h password=secret")
    ('mysql://u:***@h/x', 'host=h password=***')
    """
    return _PASSWORD.sub(lambda m: f"{m[2]}***" if m[2] else f"{m[1]}:***@", text)


def refuse_memory(text: str) -> None:
    """Refuse what is forgotten as soon as it is closed."""
    if text.strip() in _IN_MEMORY:
        raise InputError(
            f"history {text!r} is in memory, and gone when it is closed: give a file, or an open "
            f"connection that you keep"
        )


def in_transaction(connection: Any) -> bool:
    """Whether the user has begun a transaction, which is the user's to end.

    Raises
    ------
    InputError
        If that transaction has failed, so that nothing can be said before it is rolled back.
    """
    status = getattr(getattr(connection, "info", None), "transaction_status", None)
    name = getattr(status, "name", "")
    if name == "INERROR":
        raise InputError("history: this connection is in a failed transaction; roll it back first")
    return name == "INTRANS" or getattr(connection, "in_transaction", False) is True
