"""Every example is judged alike by the JSON Schema, by the models and by the worker."""

from datetime import UTC, datetime

import pytest

from consumer.decode import decode_message
from consumer.errors import InvalidEvent
from consumer.message import Message
from schemas.events import CustomerUpdate, StructuredEvent
from tests.examples import Example, examples
from tests.schema_validation import strict_json, validator

VALID = examples("valid")
INVALID = examples("invalid")
ATTRIBUTES_ARE_WRONG = {
    "binary-mode-id-missing",
    "binary-mode-source-empty",
    "binary-mode-specversion-unknown",
    "binary-mode-time-before-year-1-in-utc",
    "binary-mode-time-not-in-the-calendar",
    "binary-mode-time-without-zone",
    "binary-mode-type-unknown",
}
"""Their data is valid: the fault is in what a JSON Schema of the data cannot see."""
JSON_IS_WRONG = {"country-with-half-a-surrogate-pair"}
"""The text is no JSON to a strict parser; Python's json, which feeds the schema, lets it pass."""


def by_name(example: Example) -> str:
    return example.name


def message(example: Example) -> Message:
    published = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
    return Message("1", example.data, example.attributes, published)


def accepted_by_schema(example: Example) -> bool:
    try:
        document = strict_json(example.data)
    except ValueError:
        return False
    name = "structured_event" if example.structured else "customer_update"
    return bool(validator(name).is_valid(document))


def accepted_by_model(example: Example) -> bool:
    model = StructuredEvent if example.structured else CustomerUpdate
    try:
        model.model_validate_json(example.data)
    except ValueError:
        return False
    return True


def accepted_by_worker(example: Example) -> bool:
    try:
        decode_message(message(example), "projects/bank/topics/customer-updates")
    except InvalidEvent:
        return False
    return True


def test_there_are_enough_examples_to_learn_from() -> None:
    assert len(VALID) >= 12
    assert len(INVALID) >= 20


@pytest.mark.parametrize("example", VALID, ids=by_name)
def test_a_valid_example_is_accepted_by_all(example: Example) -> None:
    assert accepted_by_schema(example)
    assert accepted_by_model(example)
    assert accepted_by_worker(example)


@pytest.mark.parametrize("example", INVALID, ids=by_name)
def test_an_invalid_example_is_refused_by_all_that_can_see_the_fault(example: Example) -> None:
    assert not accepted_by_worker(example)
    if example.name not in ATTRIBUTES_ARE_WRONG:
        assert not accepted_by_model(example)
    if example.name not in ATTRIBUTES_ARE_WRONG | JSON_IS_WRONG:
        assert not accepted_by_schema(example)


def test_the_exceptions_are_true_to_their_reason() -> None:
    for example in INVALID:
        if example.name in ATTRIBUTES_ARE_WRONG:
            assert accepted_by_schema(example)
        if example.name in JSON_IS_WRONG:
            assert not accepted_by_model(example)
