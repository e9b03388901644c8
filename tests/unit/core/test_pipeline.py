"""The whole core, batch by batch: one outcome for each message, errors for one alone."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from consumer.conservation import conserve
from consumer.errors import (
    ChurnError,
    ConservationViolated,
    DatabaseDown,
    InvalidEvent,
    ScoringFailed,
    UnknownCustomer,
    UnprocessableRow,
)
from consumer.isolate import isolate
from consumer.message import Message
from consumer.pipeline import conclude, judge
from consumer.stages import Alerted, Failed, Outcome, Silent
from schemas.tables import Profile
from tests.builders import (
    POLICY,
    TOPIC,
    LogisticModel,
    RecordedProfiles,
    message,
    profile,
    update,
)

KNOWN = {number: profile(number, age=20 + 10 * number) for number in range(1, 6)}
COMPLETE: dict[str, Any] = {"age": 70, "pays": "France", "salaire": 1.0}


def run(
    *batch: Message,
    profiles: RecordedProfiles | None = None,
    model: LogisticModel | None = None,
) -> list[Outcome]:
    judged = judge(
        batch,
        topic=TOPIC,
        profiles=profiles or RecordedProfiles(KNOWN),
        model=model or LogisticModel(),
        policy=POLICY,
    )
    return conclude(judged)


def error_of(outcome: Outcome) -> type[ChurnError]:
    assert isinstance(outcome, Failed)
    return type(outcome.error)


def test_outcomes_stand_in_the_order_of_the_batch() -> None:
    batch = [update(5), message(b"{"), update(1), update(99)]
    outcomes = run(*batch)
    assert [outcome.message for outcome in outcomes] == batch
    assert [type(outcome) for outcome in outcomes] == [Alerted, Failed, Silent, Failed]


def test_a_batch_is_one_query_with_each_customer_once() -> None:
    profiles = RecordedProfiles(KNOWN)
    run(update(2), update(1), update(2), profiles=profiles)
    assert profiles.queries == [[2, 1]]


def test_two_events_of_one_customer_are_two_alerts() -> None:
    first, second = run(update(5, event_id="a"), update(5, event_id="b"))
    assert isinstance(first, Alerted)
    assert isinstance(second, Alerted)
    assert first.alert.alert_id != second.alert.alert_id


def test_an_unknown_customer_does_not_vanish() -> None:
    assert error_of(run(update(99))[0]) is UnknownCustomer


def test_an_event_that_carries_all_features_is_scored_without_the_database() -> None:
    profiles = RecordedProfiles({})
    [outcome] = run(update(99, **COMPLETE), profiles=profiles)
    assert isinstance(outcome, Alerted)
    assert profiles.queries == []


def test_a_broken_event_fails_alone() -> None:
    broken, good = run(message(b"{"), update(5))
    assert error_of(broken) is InvalidEvent
    assert isinstance(good, Alerted)


def test_an_id_that_fails_the_whole_query_is_found_and_fails_alone() -> None:
    outcomes = run(update(5), update(2**62), update(1), update(4))
    assert [type(outcome) for outcome in outcomes] == [Alerted, Failed, Silent, Alerted]
    assert error_of(outcomes[1]) is UnprocessableRow


def test_a_row_that_the_model_fails_on_is_found_and_fails_alone() -> None:
    outcomes = run(update(5), update(4, salaire=-1.0), update(1))
    assert [type(outcome) for outcome in outcomes] == [Alerted, Failed, Silent]
    assert error_of(outcomes[1]) is ScoringFailed


def test_a_batch_without_bad_rows_is_scored_in_one_call() -> None:
    model = LogisticModel()
    run(update(1, age=20), update(2, age=20), model=model)
    assert model.calls == [2]


def test_an_outage_decides_nothing() -> None:
    class Away(RecordedProfiles):
        def lookup(self, ids: object) -> dict[int, Profile]:
            raise DatabaseDown(f"away for {ids}")

    with pytest.raises(DatabaseDown):
        run(update(1), message(b"{"), profiles=Away({}))


def test_an_empty_batch_asks_nobody() -> None:
    profiles, model = RecordedProfiles({}), LogisticModel()
    assert run(profiles=profiles, model=model) == []
    assert (profiles.queries, model.calls) == ([], [])


def test_the_stages_are_told_apart_for_the_clock() -> None:
    seen: list[str] = []

    def stage(name: str) -> AbstractContextManager[None]:
        seen.append(name)
        return nullcontext()

    judged = judge(
        [update(1)],
        topic=TOPIC,
        profiles=RecordedProfiles(KNOWN),
        model=LogisticModel(),
        policy=POLICY,
        stage=stage,
    )
    conclude(judged, stage=stage)
    assert seen == [
        *("decode", "recall", "enrich"),
        *("score", "frame", "predict"),
        *("decide", "reasons"),
        "record",
    ]


def test_a_missing_or_doubled_outcome_stops_the_worker() -> None:
    first, second = update(1), update(2)
    lost = Failed(first, InvalidEvent("x"))
    with pytest.raises(ConservationViolated):
        conserve([first, second], [lost])
    with pytest.raises(ConservationViolated):
        conserve([first], [lost, lost])
    with pytest.raises(ConservationViolated):
        conserve([second], [lost])


def test_one_bad_item_among_many_costs_few_calls() -> None:
    calls: list[int] = []

    def halve(items: object) -> list[int]:
        assert isinstance(items, list)
        calls.append(len(items))
        if 77 in items:
            raise InvalidEvent("77")
        return [item * 2 for item in items]

    results = isolate(halve, list(range(1000)))
    assert [each for each in results if isinstance(each, InvalidEvent)] == [results[77]]
    assert results[78] == 156
    assert len(calls) <= 2 * 10 + 1
