"""The history where it is off: it knows nothing and keeps nothing."""

from collections.abc import Mapping, Sequence

from consumer.ports import Model
from consumer.stages import Decision, EventKey, Remembered


class NoHistory:
    """The History port without a database."""

    def recall(self, keys: Sequence[EventKey]) -> Mapping[EventKey, Remembered]:
        """Know none of the events."""
        del keys
        return {}

    def revisions(self, keys: Sequence[EventKey]) -> Mapping[EventKey, int]:
        """Count no revisions."""
        del keys
        return {}

    def record(
        self, decisions: Sequence[Decision], model: Model, *, threshold: float
    ) -> Sequence[Remembered | None]:
        """Keep nothing: each decision stands."""
        del model, threshold
        return [None] * len(decisions)

    def confirm(self, keys: Sequence[EventKey]) -> None:
        """Note nothing."""


NO_HISTORY = NoHistory()
