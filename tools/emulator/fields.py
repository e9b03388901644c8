"""What topics and subscriptions have in common when they are read from the API's messages."""

from collections.abc import Collection
from typing import Any

from tools.emulator.clock import SECOND
from tools.emulator.errors import InvalidArgument, Unimplemented


def refuse_fields(resource: Any, names: Collection[str]) -> None:
    """Refuse fields that ask for what the emulator does not have.

    Raises:
        Unimplemented: one of them is set.
    """
    for field, _ in resource.ListFields():
        if field.name in names:
            raise Unimplemented(f"the embedded emulator does not have {field.name}: leave it out")


def nanoseconds(duration: Any) -> int:
    """Read a ``Duration``."""
    return int(duration.seconds) * SECOND + int(duration.nanos)


def instant(timestamp: Any) -> int:
    """Read a ``Timestamp``; nanoseconds since the epoch.

    Raises:
        InvalidArgument: it is no time between the years 1 and 9999.
    """
    try:
        return int(timestamp.ToNanoseconds())
    except ValueError as error:
        raise InvalidArgument(f"a time of the request is none: {error}") from error
