"""The verdict on a chaos run notices whatever may be lost, altered or misplaced."""

from collections.abc import Iterator

import pytest

from consumer.dead_letter import dead_letter
from consumer.errors import EventError, InvalidEvent, UnknownCustomer
from consumer.message import Message, OutgoingMessage
from consumer.stages import Alerted
from tests.builders import NOON, processed, profile
from tests.chaos.events import Event, Fate, make_events
from tests.chaos.ledger import (
    Expected,
    Found,
    Kept,
    complaints,
    history_complaints,
    is_complete,
)
from tests.chaos.scoring import as_received

AT_RISK, SAFE, ATTEMPTS = 1, 2, 8
CUSTOMERS = {AT_RISK: profile(AT_RISK, age=80), SAFE: profile(SAFE, age=20)}
EVENTS = make_events(3, 400, [AT_RISK, SAFE])


def letter_of(event: Event, *, attempt: int = ATTEMPTS) -> OutgoingMessage:
    error: EventError = (
        InvalidEvent("bad") if event.fate is Fate.BROKEN else UnknownCustomer("who?")
    )
    message = Message("1", event.message.data, event.message.attributes, NOON, "", attempt)
    return dead_letter(message, error, "projects/p/subscriptions/s")


def of_fate(fate: Fate) -> Iterator[Event]:
    return (event for event in EVENTS if event.fate is fate)


@pytest.fixture(scope="module")
def alerts() -> dict[str, bytes]:
    outcomes = processed(*map(as_received, of_fate(Fate.SCORED)), known=CUSTOMERS)
    return {each.event.id: each.alert.encode() for each in outcomes if isinstance(each, Alerted)}


@pytest.fixture
def expected(alerts: dict[str, bytes]) -> Expected:
    return Expected.of(EVENTS, alerts, attempts=ATTEMPTS)


@pytest.fixture
def found(alerts: dict[str, bytes]) -> Found:
    """Give what comes out where nothing goes wrong, each once."""
    result = Found()
    for data in alerts.values():
        result.alert(data)
    for event in [*of_fate(Fate.BROKEN), *of_fate(Fate.UNKNOWN)]:
        result.letter(letter_of(event))
    return result


def test_one_event_in_a_hundred_is_broken_and_one_is_of_an_unknown_customer(
    expected: Expected, alerts: dict[str, bytes]
) -> None:
    assert len(list(of_fate(Fate.BROKEN))) == len(list(of_fate(Fate.UNKNOWN))) == 4
    assert len(expected.letters) == 8
    assert 0 < len(alerts) < 392
    assert len(alerts) + len(expected.silent) == 392


def test_nothing_is_wrong_where_everything_came_also_twice(
    expected: Expected, found: Found, alerts: dict[str, bytes]
) -> None:
    found.alert(next(iter(alerts.values())))
    found.letter(letter_of(next(of_fate(Fate.UNKNOWN)), attempt=ATTEMPTS + 1))
    assert complaints(expected, found) == []
    assert is_complete(expected, found)
    assert found.alert_copies == found.letter_copies == 1


def test_a_lost_alert_is_noticed(expected: Expected, found: Found) -> None:
    lost, _ = found.alerts.popitem()
    assert not is_complete(expected, found)
    assert complaints(expected, found) == [f"1 alerts are missing, such as {lost}"]


def test_a_lost_dead_letter_is_noticed(expected: Expected, found: Found) -> None:
    found.letters.popitem()
    assert not is_complete(expected, found)
    assert any("dead letters are missing" in each for each in complaints(expected, found))


def test_an_alert_that_was_altered_is_noticed_though_its_copies_are_equal(
    expected: Expected, found: Found, alerts: dict[str, bytes]
) -> None:
    event, data = next(iter(alerts.items()))
    found.alerts[event].clear()
    found.alert(data.replace(b'"id_client":', b'"id_client":9'))
    assert complaints(expected, found) == [f"1 alerts are other than the scorer's, such as {event}"]


def test_copies_that_differ_are_noticed(
    expected: Expected, found: Found, alerts: dict[str, bytes]
) -> None:
    data = next(iter(alerts.values()))
    found.alert(data + b" ")
    assert any("copies that differ" in each for each in complaints(expected, found))


def test_an_alert_about_a_silent_event_is_noticed(
    expected: Expected, found: Found, alerts: dict[str, bytes]
) -> None:
    silent = min(expected.silent)
    event, data = next(iter(alerts.items()))
    found.alert(data.replace(f'"{event}"'.encode(), f'"{silent}"'.encode()))
    assert any("must be silent" in each for each in complaints(expected, found))


def test_an_alert_about_an_unknown_customer_is_noticed(
    expected: Expected, found: Found, alerts: dict[str, bytes]
) -> None:
    unknown = next(of_fate(Fate.UNKNOWN)).id
    event, data = next(iter(alerts.items()))
    found.alert(data.replace(f'"{event}"'.encode(), f'"{unknown}"'.encode()))
    assert any("must be dead letters" in each for each in complaints(expected, found))


def test_a_dead_letter_of_a_good_event_is_noticed(expected: Expected, found: Found) -> None:
    found.letter(letter_of(next(of_fate(Fate.SCORED))))
    assert any("must have none" in each for each in complaints(expected, found))


def test_a_dead_letter_with_another_byte_is_noticed(expected: Expected, found: Found) -> None:
    letter = letter_of(next(of_fate(Fate.BROKEN)))
    found.letter(OutgoingMessage(letter.data + b" ", letter.attributes))
    assert any("must have none" in each for each in complaints(expected, found))


def test_a_dead_letter_for_another_reason_is_noticed(expected: Expected, found: Found) -> None:
    letter = letter_of(next(of_fate(Fate.BROKEN)))
    found.letter(
        OutgoingMessage(letter.data, {**letter.attributes, "churn-error": "ScoringFailed"})
    )
    assert any("another reason" in each for each in complaints(expected, found))


def test_a_customer_that_is_given_up_too_early_is_noticed(expected: Expected, found: Found) -> None:
    found.letter(letter_of(next(of_fate(Fate.UNKNOWN)), attempt=ATTEMPTS - 1))
    assert any("before the last attempt" in each for each in complaints(expected, found))


@pytest.fixture
def kept(expected: Expected) -> dict[str, Kept]:
    """Give the history where nothing went wrong."""
    silent = {event: Kept(None, is_confirmed=True) for event in expected.silent}
    return silent | {
        event: Kept(data, is_confirmed=True) for event, data in expected.alerts.items()
    }


def test_a_history_of_every_score_is_right(expected: Expected, kept: dict[str, Kept]) -> None:
    assert history_complaints(expected, kept) == []


def test_a_score_that_the_history_lost_is_noticed(
    expected: Expected, kept: dict[str, Kept]
) -> None:
    silent = min(expected.silent)
    del kept[silent]
    lost = f"1 scores are not in the history, such as {silent}"
    assert history_complaints(expected, kept) == [lost]


def test_a_score_of_an_unknown_customer_is_noticed(
    expected: Expected, kept: dict[str, Kept]
) -> None:
    kept[next(of_fate(Fate.UNKNOWN)).id] = Kept(None, is_confirmed=True)
    [complaint] = history_complaints(expected, kept)
    assert "never scored" in complaint


def test_other_bytes_in_the_history_are_noticed(expected: Expected, kept: dict[str, Kept]) -> None:
    kept[min(expected.alerts)] = Kept(b"{}", is_confirmed=True)
    [complaint] = history_complaints(expected, kept)
    assert "otherwise in the history" in complaint


def test_an_alert_that_was_never_confirmed_is_noticed(
    expected: Expected, kept: dict[str, Kept]
) -> None:
    event = min(expected.alerts)
    kept[event] = Kept(expected.alerts[event], is_confirmed=False)
    assert history_complaints(expected, kept) == [f"1 alerts were never confirmed, such as {event}"]
