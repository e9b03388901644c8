"""Can the worker load its model, and is it the right one?"""

from collections.abc import Callable

from consumer.doctor.checks import Check, Finding, warn
from consumer.model import LoadedModel
from consumer.settings import ModelSettings


class ModelChecks:
    """Checks over the stored model."""

    def __init__(
        self,
        settings: ModelSettings,
        stored: Callable[[], str],
        load: Callable[[], LoadedModel],
    ) -> None:
        """Take what to ask.

        Args:
            settings: what is pinned.
            stored: says where the model is and in which generation, without reading it.
            load: fetches, verifies, loads and probes it.
        """
        self._settings = settings
        self._stored = stored
        self._load = load

    def all(self) -> list[Check]:
        """Give the checks in the order to ask them."""
        return [
            Check("model file", lambda: Finding(self._stored())),
            Check("model", self._loads, needs=("model file",)),
        ]

    def _loads(self) -> Finding:
        model = self._load()
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
        pinned = "pinned by model.sha256" if self._settings.sha256 else "not pinned"
        return Finding(f"{found}; digest {pinned}")
