"""One id for everything that one click, task or command does."""

import uuid
from contextvars import ContextVar

_current: ContextVar[uuid.UUID | None] = ContextVar("request_id", default=None)


def current() -> uuid.UUID:
    """The id of the user action, task or command now running; made when first asked."""
    value = _current.get()
    if value is None:
        value = uuid.uuid4()
        _current.set(value)
    return value


def start(value: uuid.UUID | None = None) -> uuid.UUID:
    """Begin a new action; everything audited until the next call shares its id."""
    value = value or uuid.uuid4()
    _current.set(value)
    return value
