"""The pydantic model and the exported JSON Schema accept the very same documents."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.events import CustomerUpdate
from tests.schema_validation import validator

SCHEMA = validator("customer_update")

EDGE_NUMBERS: list[float] = [
    *(0, -0.0, -1, 0.5, 42, 42.0, 5e-324, 1e300, float("1e400"), float("-1e400"), 10**400),
    *(2**31 - 1, 2**31, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, float(2**63)),
]
EDGE_TEXTS = [
    *("", "42", "Yes", "No", "yes", "H", "F", "France", "Fr\x00ance", "France\n", "\n", "\x7f"),
    *("20180601", "2018-06-01", "2018-02-30", "2020-02-29", "2018-06-01T00:00:00Z", "2018-W22-5"),
    *("0000-01-01", "9999-12-31", "2018-06-01\n", "\uff12018-06-01", "a" * 65),
]
NUMBERS = st.one_of(st.sampled_from(EDGE_NUMBERS), st.integers(), st.floats(allow_nan=False))
TEXTS = st.one_of(st.sampled_from(EDGE_TEXTS), st.text(), st.dates().map(str))
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(TEXTS, SCALARS))
FIELDS = sorted(CustomerUpdate.model_fields)

UPDATES = st.fixed_dictionaries(
    {"id_client": st.one_of(st.just(1), NUMBERS, VALUES)},
    optional={name: VALUES for name in FIELDS if name != "id_client"},
)
DOCUMENTS = st.one_of(UPDATES, st.dictionaries(st.one_of(TEXTS, st.sampled_from(FIELDS)), VALUES))
NEARLY_RIGHT = st.sampled_from(FIELDS).flatmap(
    lambda name: st.fixed_dictionaries({"id_client": st.just(1)} | {name: VALUES})
)


def accepts(document: Any) -> bool:
    try:
        CustomerUpdate.model_validate(document)
    except ValidationError:
        return False
    return True


def accepts_text(text: str) -> bool:
    try:
        CustomerUpdate.model_validate_json(text)
    except ValidationError:
        return False
    return True


@given(st.one_of(NEARLY_RIGHT, DOCUMENTS))
@example({"id_client": 42.0})
@example({"id_client": 1, "balance": float("1e400")})
@example({"id_client": True})
@example({"id_client": "42"})
@example({"id_client": 1, "date_entree": "20180601"})
@example({"id_client": 1, "date_entree": "2018-02-30"})
@example({"id_client": 1, "pays": "Fr\x00ance"})
@example({"id_client": 1, "pays": "France\n"})
@example({"id_client": 1, "balance": 10**400})
def test_the_model_accepts_a_document_exactly_when_the_schema_does(
    document: dict[str, Any],
) -> None:
    valid = SCHEMA.is_valid(document)
    assert accepts(document) == valid
    assert accepts_text(json.dumps(document)) == valid


@given(SCALARS | st.lists(SCALARS, max_size=3))
def test_what_is_no_object_is_refused_by_both(document: Any) -> None:
    assert not accepts(document)
    assert not SCHEMA.is_valid(document)
