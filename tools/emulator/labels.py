"""Labels of topics and subscriptions ("Create and manage labels", Google Cloud documentation)."""

import re
from collections.abc import Mapping

from tools.emulator.errors import InvalidArgument

MAX_LABELS = 64

_KEY = re.compile(r"[^\W\d_A-Z][\w-]{0,62}")
_VALUE = re.compile(r"[\w-]{0,63}")


def check_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels if the service allows them.

    Raises:
        InvalidArgument: too many, or a key or value that is not allowed.
    """
    if len(labels) > MAX_LABELS:
        raise InvalidArgument(f"a resource has at most {MAX_LABELS} labels")
    for key, value in labels.items():
        if _KEY.fullmatch(key) is None or key != key.lower():
            raise InvalidArgument(
                f"{key!r} cannot be a label's key: a lower-case letter, then up to 62 lower-case"
                " letters, digits, - and _"
            )
        if _VALUE.fullmatch(value) is None or value != value.lower():
            raise InvalidArgument(
                f"{value!r} cannot be a label's value: up to 63 lower-case letters, digits, - and _"
            )
    return dict(labels)
