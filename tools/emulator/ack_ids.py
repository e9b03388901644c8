"""The form of ack ids: opaque to clients, but one can be told from nonsense.

An ack id is the subscription's prefix and a number that was never used before; the numbers begin
at the clock, so that an id from before a restart is stale, not malformed and not another's.
"""

import re

from tools.emulator.errors import InvalidArgument

LENGTH = 192
"""Near the length of the real service's ack ids, so that requests reach its size limits alike."""

_NUMBER_LENGTH = 16
_FORM = re.compile(r"[0-9a-f]+:-*[0-9]+")


def ack_id_prefix(number: int) -> str:
    """Give what all ack ids of one subscription begin with."""
    return f"{number:x}:".ljust(LENGTH - _NUMBER_LENGTH, "-")


def check_ack_id(ack_id: str) -> str:
    """Return an ack id if it has the form of one.

    Raises:
        InvalidArgument: the emulator never gave such an id.
    """
    if _FORM.fullmatch(ack_id) is None:
        raise InvalidArgument(f"{ack_id[:40]!r} is no ack id: pass one as it was received")
    return ack_id
