"""Reading the manifest beside a pickle, and refusing one that contradicts itself."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from consumer.errors import BadModel
from consumer.model.stored import StoredModel, manifest_name
from schemas.manifest import Manifest, ModelColumn, Value
from schemas.tables import FEATURE_OF_COLUMN, Kind


def read_manifest(stored: StoredModel) -> Manifest | None:
    """Read and check the manifest, where there is one.

    Raises:
        BadModel: it is malformed, names a column that no feature has, or has golden rows that do
            not fit its columns.
    """
    if stored.manifest is None:
        return None
    try:
        manifest = Manifest.model_validate_json(stored.manifest)
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _bad(stored, f"{place}: {first['msg']}" if place else first["msg"]) from invalid
    _check(stored, manifest)
    return manifest


class _Named(BaseModel):
    """The one field of a manifest that says what to read; of any version, good or bad."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    generation: Annotated[int, Field(ge=1, lt=2**63)] | None = None


def named_generation(manifest: bytes) -> int | None:
    """Give the generation of the pickle that a manifest names; None where it names none."""
    try:
        return _Named.model_validate_json(manifest).generation
    except ValidationError:  # read_manifest says what is wrong with it
        return None


def _check(stored: StoredModel, manifest: Manifest) -> None:
    names = [column.name for column in manifest.columns]
    if len(set(names)) != len(names):
        raise _bad(stored, "columns: one is named twice")
    for column in manifest.columns:
        _check_column(stored, column)
    for number, row in enumerate(manifest.golden, start=1):
        if not _fits(row.values, manifest.columns):
            raise _bad(stored, f"golden row {number} does not fit the columns")


def _check_column(stored: StoredModel, column: ModelColumn) -> None:
    feature = FEATURE_OF_COLUMN.get(column.name)
    if feature is None:
        raise _bad(stored, f"columns: {column.name} is none of {', '.join(FEATURE_OF_COLUMN)}")
    if column.kind is not feature.kind:
        raise _bad(stored, f"columns: {column.name} must be a {feature.kind}, not {column.kind}")


def _fits(values: tuple[Value, ...], columns: tuple[ModelColumn, ...]) -> bool:
    return len(values) == len(columns) and all(
        value is None or isinstance(value, str) == (column.kind is Kind.CATEGORY)
        for value, column in zip(values, columns, strict=True)
    )


def _bad(stored: StoredModel, what: str) -> BadModel:
    return BadModel(
        f"{manifest_name(stored.uri)} is no good manifest: {what}; write pickle and manifest "
        "by `churn train`"
    )
