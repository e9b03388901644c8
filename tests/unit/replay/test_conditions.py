"""What `--where` understands."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.events import CustomerEvent, CustomerUpdate
from tools.errors import BadInput
from tools.replay.conditions import condition


def holds(text: str, facts: dict[str, str] | None = None, **fields: Any) -> bool:
    update = CustomerUpdate.model_validate({"id_client": 1, **fields})
    event = CustomerEvent("crm", "1", datetime(2026, 11, 1, tzinfo=UTC), update)
    return condition(text).holds(event, facts or {})


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("pays=France", {"pays": "France"}),
        ("pays != France", {"pays": "Espagne"}),
        ("pays~all", {"pays": "Allemagne"}),
        ("id_client=1", {}),
        ("age>=40", {"age": 40}),
        ("age<40.5", {"age": 40}),
        ("balance>1e3", {"balance": 1000.5}),
        ("balance=1000", {"balance": 1000.0}),
        ("age=null", {"age": None}),
        ("age!=null", {"age": 3}),
        ("date_entree<2020-01-01", {"date_entree": "2019-12-31"}),
        ("membre_actif=Yes", {"membre_actif": "Yes"}),
    ],
)
def test_a_field_that_is_so_meets_the_condition(text: str, fields: dict[str, Any]) -> None:
    assert holds(text, **fields)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("pays=France", {"pays": "Espagne"}),
        ("age>=40", {"age": 39}),
        ("age>=40", {"age": None}),
        ("age>=forty", {"age": 40}),
        ("age!=40", {}),
        ("age=null", {}),
        ("pays~all", {"pays": None}),
    ],
)
def test_a_field_that_is_not_so_or_is_absent_does_not(text: str, fields: dict[str, Any]) -> None:
    assert not holds(text, **fields)


def test_reasons_of_dead_letters_can_be_asked_for_though_the_event_cannot_be_read() -> None:
    facts = {"reason": "no customer 7: the CRM is ahead", "error": "UnknownCustomer"}
    assert condition("reason~CUSTOMER").holds(None, facts)
    assert condition("error=UnknownCustomer").holds(None, facts)
    assert not condition("error=InvalidEvent").holds(None, facts)
    assert not condition("pays=France").holds(None, facts)


@pytest.mark.parametrize("text", ["", "pays", "pays==", "=France", "nom=Durand", "colour=blue"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    if text == "pays==":
        assert not holds(text, pays="France")
        return
    with pytest.raises(BadInput, match="--where"):
        condition(text)


def test_a_condition_is_written_as_it_was_read() -> None:
    assert str(condition("  age >=  40 ")) == "age>=40"
