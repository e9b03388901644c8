"""What a training gives, and how it is written down."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve

from consumer.model.stored import manifest_name
from schemas.manifest import Manifest
from tools.errors import BadInput
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


def write_model(trained: TrainedModel, directory: Path) -> Path:
    """Write pickle, manifest, ``metrics.json`` and ``precision_recall.png``.

    Each file is replaced whole; the manifest comes after its pickle.

    Args:
        trained: what :func:`tools.training.train_model` gave.
        directory: made where it is missing.

    Returns:
        The path of the pickle.

    Raises:
        BadInput: the directory cannot be written.
    """
    path = directory / f"{trained.manifest.name}.pkl"
    manifest = trained.manifest.model_dump_json(indent=2) + "\n"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _replace(path, trained.pickle)
        _replace(path.with_name(manifest_name(path.name)), manifest.encode())
        _replace(directory / "metrics.json", _metrics_json(trained).encode())
        _plot(trained, directory / "precision_recall.png")
    except OSError as problem:
        raise BadInput(f"{directory}: cannot be written: {problem.strerror}") from problem
    return path


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a worker that polls never reads half a file."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)


def _metrics_json(trained: TrainedModel) -> str:
    about = {"name": trained.manifest.name, "version": trained.manifest.version}
    numbers = {"threshold": trained.manifest.threshold, **trained.metrics}
    return json.dumps(about | numbers, indent=2) + "\n"


def _plot(trained: TrainedModel, path: Path) -> None:
    precision, recall, thresholds = precision_recall_curve(
        trained.table.churned, trained.evaluation.probabilities
    )
    chosen = int(np.searchsorted(thresholds, trained.manifest.threshold).clip(0, len(recall) - 1))
    figure = Figure(figsize=(6, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot(recall, precision, linewidth=1.5)
    axes.plot(recall[chosen], precision[chosen], "o", label=_label(trained))
    axes.axhline(
        trained.table.churned.mean(), linestyle=":", color="grey", label="alerts at random"
    )
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    axes.set_title(f"{trained.manifest.name} {trained.manifest.version}: five-fold, out of fold")
    axes.legend()
    figure.savefig(path, dpi=120)


def _label(trained: TrainedModel) -> str:
    return f"threshold {trained.manifest.threshold:.3f}: F1 {trained.metrics['f1']:.3f}"
