"""A model that knows what it was trained on, for tests of drift."""

import hashlib
from dataclasses import replace
from pathlib import Path

from consumer.model import LoadedModel
from consumer.model.stored import manifest_name
from schemas.manifest import (
    CategoryShares,
    DriftReference,
    Manifest,
    ModelColumn,
    NumberShares,
    Versions,
)
from schemas.tables import FEATURE_OF_COLUMN
from tests.builders import NOON
from tests.model_source import constant_model

PICKLE = b"is never unpickled"
DIGEST = hashlib.sha256(PICKLE).hexdigest()

COLUMNS = ("AGE", "PAYS")
REFERENCE = DriftReference(
    rows=1_000,
    numbers={"AGE": NumberShares(edges=(30.0, 40.0), shares=(0.2, 0.5, 0.2), null_share=0.1)},
    categories={
        "PAYS": CategoryShares(shares={"France": 0.5, "Allemagne": 0.4}, other_share=0.1),
    },
    score=NumberShares(edges=(0.25, 0.75), shares=(0.6, 0.3, 0.1)),
)
"""Of a bank whose customers are mostly between 30 and 40."""


def measured_model(version: str = "1", reference: DriftReference | None = REFERENCE) -> LoadedModel:
    """Give a model that scores everybody 0.5."""
    return replace(constant_model(version, 0.5, columns=COLUMNS), drift=reference)


def manifest(reference: DriftReference | None = REFERENCE) -> Manifest:
    """Give the manifest of :data:`PICKLE`."""
    columns = tuple(
        ModelColumn(name=name, kind=FEATURE_OF_COLUMN[name].kind, nullable=True, reference=None)
        for name in COLUMNS
    )
    return Manifest(
        name="Churn",
        version="7 [beta]",
        sha256=DIGEST,
        versions=Versions(python="3", numpy="2", pandas="3", scikit_learn="1"),
        columns=columns,
        threshold=0.5,
        metrics={},
        training_data_sha256="1" * 64,
        created_at=NOON,
        golden=(),
        drift=reference,
    )


def stored_model(folder: Path, reference: DriftReference | None = REFERENCE) -> Path:
    """Store a pickle that nobody may open, and its manifest."""
    place = folder / "model.pkl"
    place.write_bytes(PICKLE)
    beside = place.with_name(manifest_name(place.name))
    beside.write_text(manifest(reference).model_dump_json(), encoding="utf-8")
    return place
