"""Settings that are written down and refused."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from consumer.errors import BadSettings
from consumer.settings import load_settings


def write(text: str, name: str = "config.yml") -> Path:
    """Write a settings file into the working folder."""
    path = Path(name)
    path.write_text(text, "utf-8")
    return path


def refusal(
    text: str = "",
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> str:
    """Load settings that are wrong; give the one line that says why."""
    with pytest.raises(BadSettings) as caught:
        load_settings(write(text), overrides, environ or {})
    message = str(caught.value)
    assert "\n" not in message
    return message
