"""What a process sees that is to work with the given settings, and nobody else's."""

import os
from collections.abc import Mapping

_HIDDEN = ("CHURN_", "PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST", "GOOGLE_CLOUD_PROJECT")
"""What sets up another worker on this machine."""


def isolated(settings: Mapping[str, str]) -> dict[str, str]:
    """Give this process's environment with these settings in place of its own.

    No config.yml of the working folder is read either.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_HIDDEN)}
    return kept | {"CHURN_CONFIG": os.devnull} | dict(settings)
