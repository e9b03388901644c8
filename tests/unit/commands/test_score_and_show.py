"""`churn score` says what the worker says; `churn show` says what the database has."""

from datetime import UTC, datetime

import pytest

from consumer.errors import EventError, ScoringFailed, UnknownCustomer, UnprocessableRow
from consumer.stages import Alerted
from schemas.alerts import Risk
from schemas.tables import Profile
from tests.builders import NOON, POLICY, LogisticModel, RecordedProfiles, processed, profile, update
from tools.score import Score, score_customers
from tools.show import find

CUSTOMERS = {
    1: profile(1, age=90, pays="Allemagne"),
    2: profile(2, age=20),
    3: profile(3, salaire=-1.0),
}
AT = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)


def scores(*ids: int) -> list[Score | EventError]:
    return list(
        score_customers(ids, AT, RecordedProfiles(CUSTOMERS), LogisticModel(), policy=POLICY)
    )


def test_a_score_is_the_alert_that_the_worker_would_send() -> None:
    (outcome,) = processed(update(1), known=CUSTOMERS)
    assert isinstance(outcome, Alerted)
    (score,) = scores(1)
    assert isinstance(score, Score)
    assert score.model_dump() == outcome.alert.model_dump(include=set(Score.model_fields))


def test_below_the_threshold_there_is_no_risk_but_there_are_reasons() -> None:
    (score,) = scores(2)
    assert isinstance(score, Score)
    assert score.probability < score.threshold == POLICY.threshold
    assert score.risk is None
    assert [reason.feature for reason in score.reasons] == ["AGE"]


def test_scores_come_in_the_order_asked_and_one_failure_is_alone() -> None:
    found = scores(2, 99, 1, 3, 2)
    assert [each.id_client if isinstance(each, Score) else type(each) for each in found] == [
        2,
        UnknownCustomer,
        1,
        ScoringFailed,
        2,
    ]
    assert isinstance(found[2], Score)
    assert found[2].risk is Risk.CRITICAL


def test_customers_are_found_in_the_order_asked() -> None:
    profiles = RecordedProfiles(CUSTOMERS)
    found = list(find([2, 99, 1, 2], profiles))
    assert found[0] == found[3] == CUSTOMERS[2]
    assert isinstance(found[1], UnknownCustomer)
    assert found[2] == CUSTOMERS[1]
    assert len(profiles.queries) == 1


def test_a_row_that_cannot_be_read_does_not_hide_the_others() -> None:
    found = list(find([1, 2**62, 2], RecordedProfiles(CUSTOMERS)))
    assert [type(each) for each in found] == [Profile, UnprocessableRow, Profile]


def test_a_score_is_for_the_time_that_is_asked() -> None:
    (score,) = scores(1)
    assert isinstance(score, Score)
    assert score.event_time == AT != NOON


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_the_threshold_is_the_policys_own(threshold: float) -> None:
    policy = type(POLICY)(threshold=threshold, deployment="test")
    (score,) = score_customers([1], AT, RecordedProfiles(CUSTOMERS), LogisticModel(), policy=policy)
    assert isinstance(score, Score)
    assert score.threshold == threshold
    assert (score.risk is None) == (threshold == 1.0)
