"""From a URI to a model that can be asked, every check on the way."""

import threading
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sklearn
import structlog
from sklearn.exceptions import InconsistentVersionWarning

from consumer.errors import BadModel, ChurnError
from consumer.model.description import described
from consumer.model.digest import verify_digest
from consumer.model.equality import compiled_if_equal
from consumer.model.golden import check_golden_rows
from consumer.model.loaded import LoadedModel
from consumer.model.manifest import read_manifest
from consumer.model.probe import (
    hostile_frame,
    nulls_allowed,
    probe_frame,
    scores_rows_independently,
)
from consumer.model.source import fetch
from consumer.model.stored import StoredModel
from consumer.model.unpickler import unpickle
from schemas.manifest import Manifest

log = structlog.get_logger(__name__)

_COLLECTING_WARNINGS = threading.Lock()
"""``warnings.catch_warnings`` changes the whole process; two threads would undo each other's."""


def load_model(
    uri: str, *, sha256: str | None = None, allowed_globals: Sequence[str] = ()
) -> LoadedModel:
    """Fetch, verify, load and probe a model.

    Args:
        uri: ``gs://bucket/blob`` or a local path.
        sha256: the digest that the settings pin (``model.sha256``). Without a manifest beside the
            pickle it is required.
        allowed_globals: more than the listed globals, ``module:name`` (``model.allowed_globals``).

    Raises:
        BadModel: missing, another digest, a refused global, a bad manifest, other probabilities
            than in training, or columns that no feature has.
        BadSettings: the URI or ``allowed_globals`` is malformed.
        StorageDown: Cloud Storage is away; try again later.
        AccessDenied: the model may not be read.
        ResourceMissing: the bucket does not exist.
    """
    stored = fetch(uri)
    manifest = read_manifest(stored)
    digest = verify_digest(stored, manifest, sha256)
    try:
        return _checked(stored, manifest, digest, allowed_globals)
    except ChurnError:
        raise
    except Exception as problem:  # what was unpickled may raise anything
        raise BadModel(
            f"{uri} raised {type(problem).__name__} while it was checked; upload a model that works"
        ) from problem


def _checked(
    stored: StoredModel, manifest: Manifest | None, digest: str, allowed_globals: Sequence[str]
) -> LoadedModel:
    """Unpickle, and let the model show that it predicts as in training, row by row."""
    estimator = _estimator(stored, manifest, allowed_globals)
    model = described(stored, manifest, digest, estimator)
    if manifest is not None:
        check_golden_rows(model, manifest)
    return _probed(model, manifest)


def _estimator(stored: StoredModel, manifest: Manifest | None, extra: Sequence[str]) -> Any:
    """Unpickle; another version of scikit-learn is only worth a warning, the golden rows judge."""
    with _COLLECTING_WARNINGS, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        estimator = unpickle(stored.pickle, extra)
    trained_with = {
        warning.message.original_sklearn_version
        for warning in caught
        if isinstance(warning.message, InconsistentVersionWarning)
    }
    if manifest is not None:
        trained_with.add(manifest.versions.scikit_learn)
    if trained_with - {sklearn.__version__}:
        log.warning(
            "model_version_mismatch",
            model=stored.name,
            trained_with=sorted(trained_with),
            installed=sklearn.__version__,
        )
    return estimator


def _probed(model: LoadedModel, manifest: Manifest | None) -> LoadedModel:
    """See whether rows may be scored together, and whether a compiled model gives the same."""
    golden = manifest.golden if manifest else ()
    frame = probe_frame(model.columns, golden)
    if manifest is not None:
        frame = nulls_allowed(frame, manifest.columns)
    if not scores_rows_independently(model, frame):
        log.warning(
            "model_scores_depend_on_batch", model=model.reference.name, scoring="row by row"
        )
        model = replace(model, row_by_row=True)
    return compiled_if_equal(model, frame, hostile_frame(model.columns, golden))
