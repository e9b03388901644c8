"""What a model is and which columns it wants: from its manifest, else from the estimator."""

from typing import Any, Final

from consumer.errors import BadModel
from consumer.model.loaded import LoadedModel
from consumer.model.stored import StoredModel
from schemas.alerts import ModelReference
from schemas.manifest import Manifest
from schemas.tables import FEATURE_OF_COLUMN

DEFAULT_THRESHOLD: Final = 0.5
"""Where there is no manifest to say a better one."""

_VERSION_DIGITS: Final = 12


def described(
    stored: StoredModel, manifest: Manifest | None, digest: str, estimator: Any
) -> LoadedModel:
    """Put an unpickled estimator and what is known of it together.

    Raises:
        BadModel: it gives no probabilities, or its columns are unknown or are no features.
    """
    if not callable(getattr(estimator, "predict_proba", None)):
        raise BadModel(
            f"{stored.uri} holds a {type(estimator).__name__}, which has no predict_proba; set "
            "model.uri to a classifier that gives probabilities"
        )
    return LoadedModel(
        reference=_reference(stored, manifest, digest),
        columns=_columns(stored, manifest, estimator),
        threshold=manifest.threshold if manifest else DEFAULT_THRESHOLD,
        neutral={each.name: each.reference for each in manifest.columns} if manifest else {},
        generation=stored.generation,
        estimator=estimator,
        drift=manifest.drift if manifest else None,
    )


def _reference(stored: StoredModel, manifest: Manifest | None, digest: str) -> ModelReference:
    if manifest is None:
        return ModelReference(name=stored.name, version=digest[:_VERSION_DIGITS], sha256=digest)
    return ModelReference(name=manifest.name, version=manifest.version, sha256=digest)


def _columns(stored: StoredModel, manifest: Manifest | None, estimator: Any) -> tuple[str, ...]:
    trained_on = tuple(str(name) for name in getattr(estimator, "feature_names_in_", ()))
    declared = tuple(column.name for column in manifest.columns) if manifest else trained_on
    if not declared:
        raise BadModel(
            f"{stored.uri} does not say its columns; train it on a data frame, or put a manifest "
            "beside it"
        )
    if trained_on and trained_on != declared:
        raise BadModel(
            f"{stored.uri} was trained on {', '.join(trained_on)}, but its manifest says "
            f"{', '.join(declared)}; upload the pickle and its manifest again, from one training"
        )
    unknown = [name for name in declared if name not in FEATURE_OF_COLUMN]
    if unknown:
        raise BadModel(
            f"{stored.uri} was trained on {', '.join(unknown)}; train it on these alone: "
            f"{', '.join(FEATURE_OF_COLUMN)}"
        )
    return declared
