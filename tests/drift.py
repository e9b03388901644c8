"""A model that knows what it was trained on, for tests of drift."""

from dataclasses import replace

from consumer.model import LoadedModel
from schemas.manifest import CategoryShares, DriftReference, NumberShares
from tests.model_source import constant_model

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
