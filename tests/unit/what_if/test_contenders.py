"""Which two models are compared, and from when on each alerts."""

from pathlib import Path
from typing import Any

import pytest

from consumer.errors import BadModel, BadSettings
from consumer.settings import Settings
from tests.unit.model.stored_models import sha256_of, store_with_manifest, trained
from tools.what_if.contenders import Contender
from tools.what_if.opened import contenders


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models, whose own thresholds are 0.3 and 0.6."""
    estimator = trained(rounds=2)
    one, two = (tmp_path_factory.mktemp(name) for name in ("one", "two"))
    metrics = {"f1": 0.61}
    return (
        store_with_manifest(one, estimator, threshold=0.3, version="one", metrics=metrics),
        store_with_manifest(two, estimator, threshold=0.6, version="two"),
    )


def loaded(
    places: tuple[Path, Path],
    *,
    current: str | None = None,
    thresholds: tuple[float | None, float | None] = (None, None),
    **settings: Any,
) -> tuple[Contender, Contender]:
    uri = {"uri": str(places[0])}
    given = {**settings, "model": {**uri, **settings.get("model", {})}}
    return contenders(
        Settings.model_validate(given), (current, thresholds[0]), (str(places[1]), thresholds[1])
    )


def test_the_current_model_is_the_settings_unless_another_is_named(
    places: tuple[Path, Path],
) -> None:
    current, candidate = loaded(places)
    assert (str(current), str(candidate)) == ("Trial one", "Trial two")
    assert (current.f1_in_training, candidate.f1_in_training) == (0.61, None)
    assert str(loaded(places, current=str(places[1]))[0]) == "Trial two"
    with pytest.raises(BadSettings, match="no model is set"):
        contenders(Settings(), (None, None), (str(places[1]), None))


def test_a_threshold_is_the_options_else_the_settings_else_the_models_own(
    places: tuple[Path, Path],
) -> None:
    def held(**more: Any) -> list[float]:
        return [each.threshold for each in loaded(places, **more)]

    assert held() == [0.3, 0.6]
    assert held(alerts={"threshold": 0.5}) == [0.5, 0.5]
    assert held(thresholds=(None, 0.9), alerts={"threshold": 0.5}) == [0.5, 0.9]
    assert held(thresholds=(0.1, None)) == [0.1, 0.6]


def test_the_digest_of_the_settings_pins_their_model_and_no_other(
    places: tuple[Path, Path],
) -> None:
    pinned = {"sha256": "0" * 64}
    with pytest.raises(BadModel):
        loaded(places, model=pinned)
    assert str(loaded(places, current=str(places[0]), model=pinned)[0]) == "Trial one"
    assert str(loaded(places, model={"sha256": sha256_of(places[0])})[0]) == "Trial one"
