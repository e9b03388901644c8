"""What a training gives."""

from dataclasses import dataclass, field

from schemas.manifest import Manifest
from tools.training.evaluation import Evaluation
from tools.training.table import TrainingTable


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A pickle, its manifest, and what the cross-validation saw."""

    pickle: bytes = field(repr=False)
    manifest: Manifest
    table: TrainingTable = field(repr=False)
    """The customers it was trained on, and the truth."""
    evaluation: Evaluation = field(repr=False)

    @property
    def metrics(self) -> dict[str, float]:
        """Cross-validated metrics by name."""
        return self.manifest.metrics
