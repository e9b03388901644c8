"""Why a score is what it is, on a model whose log-odds are known exactly."""

from typing import Any

import pytest

from consumer.decode import decode_message
from consumer.reasons import explain
from consumer.score import score
from consumer.stages import Enriched, Scored
from schemas.alerts import Reason
from schemas.manifest import Value
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
    explain(scored(age=55, pays="Allemagne") * 7, model)
    assert model.calls == [7 * 2]


def test_what_is_at_its_reference_value_is_not_asked_for() -> None:
    model = LogisticModel()
    explain(scored(age=40) + scored(age=55, salaire=1.0) + scored(pays=None), model)
    assert model.calls == [0 + 2 + 2]  # profiles are 30 years old unless said otherwise


def test_a_missing_value_is_replaced_and_a_missing_reference_is_used() -> None:
    neutral: dict[str, Value] = {"AGE": None, "PAYS": "France", "SALAIRE": None}
    model = LogisticModel(neutral=neutral)
    [moved, same] = explain(scored(age=55, salaire=None) + scored(age=None, salaire=None), model)
    assert moved == (Reason(feature="AGE", value=55.0, contribution=1.5),)
    assert same == ()
    assert model.calls == [1]
    [missing] = explain(scored(pays=None, age=40), LogisticModel(neutral={"PAYS": "Allemagne"}))
    assert missing == (Reason(feature="PAYS", value=None, contribution=-2.0),)


def test_equal_contributions_come_by_name_and_each_alert_has_its_own() -> None:
    batch = scored(age=60, pays="Allemagne") + scored(age=20, pays="France")
    model = LogisticModel()
    both, one = explain(batch, model)
    assert [(each.feature, each.contribution) for each in both] == [("AGE", 2.0), ("PAYS", 2.0)]
    assert [(each.feature, each.value) for each in one] == [("AGE", 20.0)]


def test_a_model_without_reference_values_gives_no_reasons() -> None:
    assert explain(scored(age=55), LogisticModel(neutral={})) == [()]
