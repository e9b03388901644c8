"""Settings of the contract that this version does not act on."""

from consumer.errors import BadSettings
from consumer.settings.settings import Settings


def refuse_what_is_not_built(settings: Settings) -> None:
    """Refuse settings that this version would silently ignore.

    Raises:
        BadSettings: names the setting.
    """
    asked = {
        "model.shadow": settings.model.shadow is not None,
    }
    for name, is_asked in asked.items():
        if is_asked:
            raise BadSettings(f"{name} is not part of this version: take it out of the settings")
