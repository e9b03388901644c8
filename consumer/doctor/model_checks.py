"""Can the worker load its model, and is it the right one?"""

from collections.abc import Callable

from consumer.doctor.checks import Check, Finding, warn
from consumer.errors import ChurnError
from consumer.model import LoadedModel
from consumer.settings import ModelSettings


class ModelChecks:
    """Checks over the stored model."""

    def __init__(
        self,
        settings: ModelSettings,
        stored: Callable[[], str],
        load: Callable[[], LoadedModel],
        load_shadow: Callable[[], LoadedModel] | None = None,
    ) -> None:
        """Take what to ask.

        Args:
            settings: what is pinned.
            stored: says where the model is and in which generation, without reading it.
            load: fetches, verifies, loads and probes it.
            load_shadow: the same of the candidate that is compared, where one is set.
        """
        self._settings = settings
        self._stored = stored
        self._load = load
        self._load_shadow = load_shadow

    def all(self) -> list[Check]:
        """Give the checks in the order to ask them."""
        checks = [
            Check("model file", lambda: Finding(self._stored())),
            Check("model", self._loads, needs=("model file",)),
        ]
        if self._load_shadow is None:
            return checks
        load_shadow = self._load_shadow
        return [*checks, Check("shadow model", lambda: _shadow(load_shadow))]

    def _loads(self) -> Finding:
        pinned = "pinned by model.sha256" if self._settings.sha256 else "not pinned"
        return _found(self._load(), f"digest {pinned}")


def _shadow(load: Callable[[], LoadedModel]) -> Finding:
    try:
        model = load()
    except ChurnError as error:  # nothing about the shadow keeps the worker from its job
        return warn(
            f"it would not be compared: {error}", "put a good model there or unset model.shadow"
        )
    return _found(model, "compared, publishes nothing")


def _found(model: LoadedModel, more: str) -> Finding:
    reference = model.reference
    found = (
        f"{reference.name} {reference.version}, sha256 {reference.sha256[:12]}…, "
        f"{len(model.columns)} columns, threshold {model.threshold:g}"
    )
    if model.row_by_row:
        return warn(
            f"{found}; its scores depend on the batch, so it is scored row by row, slowly",
            "train a model whose features look at one row alone: churn train",
        )
    compiled = "compiled" if model.compiled else "not compiled"
    return Finding(f"{found}, {compiled}; {more}")
