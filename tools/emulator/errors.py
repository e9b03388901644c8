"""What the service answers when it refuses; each class is one status of the API.

::

    Refused
    ├── InvalidArgument
    ├── NotFound
    ├── AlreadyExists
    ├── FailedPrecondition
    ├── Unimplemented        the real service has it, this emulator does not (yet)
    └── Unavailable          the emulator is shutting down
"""


class Refused(Exception):
    """The root. ``str(error)`` is one line that says what was wrong and what would be right."""


class InvalidArgument(Refused):
    """The request can never succeed as it is."""


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
