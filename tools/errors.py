"""Errors that only the tools raise; they hang in the worker's tree."""

from consumer.errors import ChurnError, Disposition


class BadInput(ChurnError):
    """A file or argument is not what the command needs; the text says where and what to write."""

    disposition = Disposition.STOP
