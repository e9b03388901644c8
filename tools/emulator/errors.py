"""What the service answers when it refuses; each class is one status of the API.

::

    Refused
    ├── InvalidArgument
    │   └── RefusedAckIds    with a reason for each
    ├── NotFound
    ├── AlreadyExists
    ├── FailedPrecondition
    ├── Unimplemented        the real service has it, this emulator does not (yet)
    └── Unavailable          the emulator is shutting down
"""

from collections.abc import Mapping


class Refused(Exception):
    """The root. ``str(error)`` is one line that says what was wrong and what would be right."""


class InvalidArgument(Refused):
    """The request can never succeed as it is."""


class RefusedAckIds(InvalidArgument):
    """Some ack ids of a request were refused; what was asked for the others is done.

    ``reasons`` has the ack ids that were refused, each with the word for why.
    """

    def __init__(self, text: str, reasons: Mapping[str, str]) -> None:
        super().__init__(text)
        self.reasons = reasons


class NotFound(Refused):
    """The named resource does not exist."""


class AlreadyExists(Refused):
    """The named resource exists already."""


class FailedPrecondition(Refused):
    """The resource is not in a state that allows this."""


class Unimplemented(Refused):
    """The real service can do this; the emulator cannot."""


class Unavailable(Refused):
    """The emulator is going away; connect again later."""
