"""The two models that are compared, and what is said of each."""

from dataclasses import dataclass, field

from consumer.model import LoadedModel, load_model
from consumer.model.manifest import read_manifest
from consumer.model.source import fetch
from consumer.scorer import threshold_of
from consumer.settings import Settings


@dataclass(frozen=True, slots=True)
class Contender:
    """A model that passed every check of the worker, and from when on it alerts here."""

    uri: str
    threshold: float
    f1_in_training: float | None
    """On customers that it had not seen, as its manifest says."""
    model: LoadedModel = field(repr=False)

    def __str__(self) -> str:
        return f"{self.model.reference.name} {self.model.reference.version}"


def contender(
    settings: Settings, uri: str, *, threshold: float | None, sha256: str | None = None
) -> Contender:
    """Load a model as the worker does.

    Args:
        settings: which globals it may use, and the threshold of all models, where one is set.
        uri: a path or ``gs://bucket/object``.
        threshold: goes before that of the settings and the model's own.
        sha256: the only digest that is accepted.

    Raises:
        ChurnError: as :func:`consumer.model.load_model`.
    """
    manifest = read_manifest(fetch(uri))
    model = load_model(uri, sha256=sha256, allowed_globals=settings.model.allowed_globals)
    return Contender(
        uri=uri,
        threshold=threshold_of(settings, model) if threshold is None else threshold,
        f1_in_training=manifest.metrics.get("f1") if manifest else None,
        model=model,
    )
