"""What the contract names and this version lacks is refused, not ignored."""

import pytest

from consumer.errors import BadSettings
from consumer.settings import Settings, load_settings
from consumer.settings.not_built import refuse_what_is_not_built


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model.shadow", "gs://bucket/other.pkl"),
    ],
)
def test_a_setting_of_a_later_version_is_named(key: str, value: object) -> None:
    settings = load_settings(overrides={key: value}, environ={})
    with pytest.raises(BadSettings, match=key.replace(".", r"\.")):
        refuse_what_is_not_built(settings)


def test_the_defaults_ask_for_nothing_that_is_not_built() -> None:
    defaults = Settings()
    refuse_what_is_not_built(defaults)
    assert (defaults.model.poll_seconds, defaults.history.enabled) == (60, False)
