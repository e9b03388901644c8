"""A trained model as files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from consumer.model.stored import manifest_name
from tools.errors import BadInput
from tools.training.card import model_card
from tools.training.evaluation import Progress, silent
from tools.training.intervals import LEVEL
from tools.training.plots import plots
from tools.training.quality import Quality, Report, report
from tools.training.trained import TrainedModel

CARD: Final = "model_card.html"
METRICS: Final = "metrics.json"


def write_model(
    trained: TrainedModel, directory: Path, *, progress: Progress[Any] = silent
) -> Path:
    """Write pickle, manifest, ``metrics.json``, plots and the model card.

    Each file is replaced whole; the manifest comes after its pickle.

    Args:
        trained: what :func:`tools.training.train_model` gave.
        directory: made where it is missing.
        progress: sees the parts of the customers go by on which the model is judged.

    Returns:
        The path of the pickle.

    Raises:
        BadInput: the directory cannot be written.
    """
    _make(directory)
    judged = report(trained.table, trained.evaluation, progress=progress)
    drawn = plots(trained, judged)
    path = directory / f"{trained.manifest.name}.pkl"
    files: dict[str, bytes] = {
        path.name: trained.pickle,
        manifest_name(path.name): trained.manifest.model_dump_json(indent=2).encode() + b"\n",
        METRICS: _json(metrics_of(trained, judged)),
        **drawn,
        CARD: model_card(trained, judged, drawn).encode(),
    }
    _write(files, directory)
    return path


def metrics_of(trained: TrainedModel, judged: Report) -> dict[str, object]:
    """Lay out ``metrics.json``: numbers by name, then intervals, slices and what matters."""
    return {
        "name": trained.manifest.name,
        "version": trained.manifest.version,
        "threshold": trained.manifest.threshold,
        **trained.metrics,
        "interval_level": LEVEL,
        "intervals": judged.everybody.intervals,
        "calibration": judged.calibration,
        "importance": judged.importance,
        "slices": {
            title: {name: _slice(quality) for name, quality in parts.items()}
            for title, parts in judged.slices.items()
        },
    }


def _slice(quality: Quality) -> dict[str, object]:
    size = {"customers": quality.customers, "churn_share": quality.churn_share}
    return {**quality.metrics, **size, "intervals": quality.intervals}


def _json(about: Mapping[str, object]) -> bytes:
    return orjson.dumps(about, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise _unwritable(directory, problem) from problem


def _write(files: Mapping[str, bytes], directory: Path) -> None:
    try:
        for name, content in files.items():
            _replace(directory / name, content)
    except OSError as problem:
        raise _unwritable(directory, problem) from problem


def _unwritable(directory: Path, problem: OSError) -> BadInput:
    return BadInput(f"{directory}: cannot be written: {problem.strerror}")


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a worker that polls never reads half a file."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
