"""What stops the launcher: a sentence for the person at the terminal."""


class CannotStart(Exception):
    """Something that is needed is missing; the message says what to do about it."""


class StopRequested(BaseException):
    """Ctrl-C, SIGTERM or the end of the parent; not an error, so not an Exception."""
