"""Only what rises across the threshold alerts, whoever scores it and in whatever order."""

import random
import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy

from consumer.crossing import AlertRule
from consumer.errors import AlreadySettled, RevisionTaken
from consumer.history import SqlHistory
from consumer.message import Message
from consumer.stages import Alerted, Failed, Outcome, Silent
from schemas.moments import rfc3339
from tests.builders import NOON, ce_attributes, message, profile
from tests.history import CROSSING, history_of, rows, worked

LOW, HIGH = 20, 70
CUSTOMERS = {number: profile(number) for number in range(1, 41)}


@pytest.fixture
def history(engine: sqlalchemy.Engine) -> SqlHistory:
    return history_of(engine, rule=CROSSING)


def event(name: str, day: float, age: int, customer: int = 1, replay: str = "") -> Message:
    """Build an event that is at risk from its age."""
    at = rfc3339(NOON + timedelta(days=day))
    attributes = ce_attributes(name, at) | ({"ce-replay": replay} if replay else {})
    return message({"id_client": customer, "age": age}, attributes)


def judged(history: SqlHistory, *batch: Message) -> list[Outcome]:
    return worked(history, *batch, known=CUSTOMERS)


def kinds(outcomes: Sequence[Outcome]) -> list[type[Outcome]]:
    return [type(each) for each in outcomes]


def states(engine: sqlalchemy.Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        query = "SELECT id_client, event_time, is_above, alerted_at FROM alert_state ORDER BY 1"
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_a_customer_that_stays_at_risk_alerts_once(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    outcomes = [judged(history, event(f"{day}", day, HIGH))[0] for day in range(3)]
    assert kinds(outcomes) == [Alerted, Silent, Silent]
    assert [tuple(row) for row in rows(engine, "decision, alert IS NULL, revision")] == [
        ("alert", False, 1),
        ("silent", True, None),
        ("silent", True, None),
    ]
    assert states(engine) == [(1, NOON + timedelta(days=2), True, NOON)]


def test_within_a_batch_the_events_own_times_count(history: SqlHistory) -> None:
    batch = [event("c", 3, HIGH), event("a", 1, HIGH), event("b", 2, LOW)]
    assert kinds(judged(history, *batch)) == [Alerted, Alerted, Silent]


def test_an_older_event_is_kept_and_does_not_alert(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    judged(history, event("new", 5, LOW))
    [late] = judged(history, event("old", 4, HIGH))
    assert isinstance(late, Silent)
    assert len(rows(engine)) == 2
    assert states(engine) == [(1, NOON + timedelta(days=5), False, None)]


def test_a_redelivery_changes_no_state(history: SqlHistory, engine: sqlalchemy.Engine) -> None:
    first = event("a", 1, HIGH)
    [alerted] = judged(history, first)
    before = states(engine)
    [again] = judged(history, first)
    assert isinstance(alerted, Alerted)
    assert isinstance(again, Alerted)
    assert again.kept is not None
    assert again.kept.alert == alerted.alert.encode()
    assert states(engine) == before


def test_a_silenced_event_is_settled(history: SqlHistory) -> None:
    judged(history, event("a", 1, HIGH), event("b", 2, HIGH))
    [again] = judged(history, event("b", 2, HIGH))
    assert isinstance(again, Failed)
    assert isinstance(again.error, AlreadySettled)


def test_copies_in_one_batch_count_once(history: SqlHistory, engine: sqlalchemy.Engine) -> None:
    first, copy = judged(history, event("a", 1, HIGH), event("a", 1, HIGH))
    assert kinds([first, copy]) == [Alerted, Alerted]
    assert len(rows(engine)) == 1


def test_the_cool_down_reaches_over_batches(engine: sqlalchemy.Engine) -> None:
    week = AlertRule(only_crossings=False, cooldown=timedelta(days=7))
    outcomes = [
        judged(history_of(engine, rule=week), event(f"{day}", day, HIGH))[0] for day in (0, 6, 7)
    ]
    assert kinds(outcomes) == [Alerted, Silent, Alerted]


def test_a_replay_goes_through_the_past_by_itself(history: SqlHistory) -> None:
    judged(history, event("a", 1, HIGH), event("b", 2, HIGH))
    replay = [event(name, day, HIGH, replay="r") for name, day in (("a", 1), ("b", 2))]
    assert kinds(judged(history, *replay)) == [Alerted, Silent]


def test_the_first_years_are_read_in_any_time_zone(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER ROLE CURRENT_USER SET TimeZone = 'America/Lima'")
    engine.dispose()
    early = message({"id_client": 1, "age": HIGH}, ce_attributes("early", "0001-01-01T00:00:00Z"))
    try:
        assert kinds(judged(history, early)) == [Alerted]
        assert kinds(judged(history, event("late", 1, HIGH))) == [Silent]
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER ROLE CURRENT_USER RESET TimeZone")


def test_two_replays_of_one_event_at_once_leave_the_state_as_if_one_had_waited(
    history: SqlHistory,
) -> None:
    one, two = (event("a", 1, HIGH, replay=name) for name in ("r-1", "r-2"))
    first, second = judged(history, one, two)
    assert isinstance(first, Alerted)
    assert isinstance(second, Failed)
    assert isinstance(second.error, RevisionTaken)
    [again] = judged(history, two)
    assert isinstance(again, Alerted)
    assert again.alert.revision == 3


def test_workers_with_events_of_the_same_customers_alert_once_for_each_customer(
    engine: sqlalchemy.Engine,
) -> None:
    events = [event(f"{c}-{day}", day, HIGH, c) for c in CUSTOMERS for day in range(6)]
    shares = [random.Random(seed).sample(events, len(events)) for seed in (1, 2)]
    failed: list[BaseException] = []

    def work(share: Sequence[Message]) -> None:
        try:
            for start in range(0, len(share), 40):
                judged(history_of(engine, rule=CROSSING), *share[start : start + 40])
        except BaseException as error:  # noqa: BLE001 - shown by the test
            failed.append(error)

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    kept = rows(engine, "id_client, decision")
    assert len(kept) == len(events)
    alerted = sorted(row.id_client for row in kept if row.decision == "alert")
    assert alerted == list(CUSTOMERS)
    assert [state[:2] for state in states(engine)] == [
        (customer, NOON + timedelta(days=5)) for customer in CUSTOMERS
    ]
