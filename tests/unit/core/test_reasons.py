"""Why a score is what it is, on a model whose log-odds are known exactly."""

from typing import Any

import pytest

from consumer.decode import decode_message
from consumer.reasons import explain
from consumer.score import score
from consumer.stages import Enriched, Scored
from schemas.alerts import Reason
from tests.builders import TOPIC, LogisticModel, profile, update


def scored(**fields: Any) -> list[Scored]:
    message = update(1)
    row = Enriched(message, decode_message(message, TOPIC), profile(**fields))
    results, failed = score([row], LogisticModel())
    assert not failed
    return results


def reasons(**fields: Any) -> tuple[Reason, ...]:
    [found] = explain(scored(**fields), LogisticModel())
    return found


def test_a_contribution_is_what_the_feature_adds_to_the_log_odds() -> None:
    found = {each.feature: each.contribution for each in reasons(age=55, pays="Allemagne")}
    assert found == {"AGE": pytest.approx(1.5), "PAYS": pytest.approx(2.0)}


def test_the_feature_that_moved_most_comes_first_in_either_direction() -> None:
    assert [each.feature for each in reasons(age=10, pays="Allemagne")] == ["AGE", "PAYS"]
    assert reasons(age=10)[0].contribution == pytest.approx(-3.0)


def test_a_feature_that_moved_nothing_is_no_reason() -> None:
    assert reasons(age=40, pays="France") == ()


def test_a_reason_carries_the_customers_value() -> None:
    assert {each.feature: each.value for each in reasons(age=55, pays="Allemagne")} == {
        "AGE": 55.0,
        "PAYS": "Allemagne",
    }


def test_one_call_of_the_model_explains_a_whole_batch() -> None:
    model = LogisticModel()
    explain(scored(age=55) * 7, model)
    assert model.calls == [7 * 3]


def test_a_model_without_reference_values_gives_no_reasons() -> None:
    assert explain(scored(age=55), LogisticModel(neutral={})) == [()]
