"""An event is decided once; what was decided stands, whatever is delivered again."""

import threading
from datetime import timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy

from consumer.database import open_database
from consumer.errors import (
    AlreadySettled,
    DatabaseDown,
    RevisionTaken,
    ScoringFailed,
    UnknownCustomer,
    UnprocessableRow,
)
from consumer.history import SqlHistory
from consumer.message import Message
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from consumer.stages import Alerted, EventKey, Failed, Outcome, Silent
from schemas.alerts import ChurnAlert, ModelReference
from tests.builders import NOON, LogisticModel, message, profile, update
from tests.history import AT_RISK, KNOWN, SAFE, history_of, rows, worked
from tests.wait import wait_until

OTHER = ModelReference(name="other", version="2", sha256="f" * 64)
SILENT = """
    INSERT INTO score_history
    VALUES ('crm/paris', '{}', '', 1, now(), '1', '', '{{}}', 0.1, 0.5, 'silent',
            NULL, NULL, now(), now())
"""
"""Another worker's row; to be given the event's id."""


def other_model() -> LogisticModel:
    return LogisticModel(reference=OTHER, threshold=0.9)


def alerting(event_id: str = "e-1", **fields: Any) -> Message:
    return update(AT_RISK, event_id=event_id, **fields)


def quiet(event_id: str = "e-1") -> Message:
    return update(SAFE, event_id=event_id)


def redelivered(original: Message) -> Message:
    return original._replace(delivery_attempt=2)


def replayed(original: Message, replay: str) -> Message:
    return message(original.data, original.attributes, ce_replay=replay)


def key(event_id: str = "e-1", replay: str = "") -> EventKey:
    return EventKey("crm/paris", event_id, replay)


def sent(outcome: Outcome) -> bytes:
    assert isinstance(outcome, Alerted)
    assert outcome.kept is not None
    assert outcome.kept.alert is not None
    return outcome.kept.alert


def error_of(outcome: Outcome) -> type[Exception]:
    assert isinstance(outcome, Failed)
    return type(outcome.error)


def test_an_alert_is_kept_with_all_that_led_to_it(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    [outcome] = worked(history, alerting())
    [row] = rows(engine)
    assert isinstance(outcome, Alerted)
    assert row._asdict() == {
        "event_source": "crm/paris",
        "event_id": "e-1",
        "replay_id": "",
        "id_client": AT_RISK,
        "event_time": outcome.event.time,
        "model_version": "1",
        "model_sha256": "0" * 64,
        "inputs": {"AGE": 70, "PAYS": "France", "SALAIRE": 50_000},
        "probability": outcome.alert.probability,
        "threshold": 0.5,
        "decision": "alert",
        "alert": outcome.alert.encode(),
        "revision": 1,
        "scored_at": NOON,
        "confirmed_at": None,
    }


def test_silence_is_kept_and_settled_at_once(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    [outcome] = worked(history, quiet())
    [row] = rows(engine, "decision, alert, revision, scored_at, confirmed_at")
    assert isinstance(outcome, Silent)
    assert tuple(row) == ("silent", None, None, NOON, NOON)


def test_the_inputs_are_what_the_model_saw(history: SqlHistory, engine: sqlalchemy.Engine) -> None:
    columns = ("DATE_ENTREE", "AGE", "PAYS", "SALAIRE", "BALANCE")
    seen: list[dict[str, object]] = []

    class Watching(LogisticModel):
        def score(self, frame: Any) -> Any:
            seen.append(orjson.loads(frame.to_json(orient="records"))[0])
            return super().score(frame)

    model = Watching(columns=columns, neutral={})
    worked(history, update(SAFE, pays=None, balance=0.1), model=model)
    [row] = rows(engine, "inputs")
    assert row[0] == seen[0]
    assert set(row[0]) == set(columns)


def test_no_name_is_kept(history: SqlHistory, engine: sqlalchemy.Engine) -> None:
    worked(history, alerting(nom="Dupont"))
    assert "Dupont" not in str(rows(engine, "score_history::text, encode(alert, 'escape')"))


def test_a_redelivery_of_a_confirmed_alert_is_settled_without_being_scored(
    history: SqlHistory,
) -> None:
    worked(history, alerting())
    history.confirm([key()])
    model = LogisticModel()
    [again] = worked(history, redelivered(alerting()), model=model)
    assert error_of(again) is AlreadySettled
    assert model.calls == []


def test_a_redelivery_of_silence_is_settled_without_being_scored(history: SqlHistory) -> None:
    worked(history, quiet())
    model = LogisticModel()
    [again] = worked(history, redelivered(quiet()), model=model)
    assert error_of(again) is AlreadySettled
    assert model.calls == []


@pytest.mark.parametrize("attempt", [None, 0, 1, 7])
def test_whatever_the_attempt_is_said_to_be_what_was_decided_stands(
    history: SqlHistory, attempt: int | None
) -> None:
    [first] = worked(history, alerting())
    [again] = worked(history, alerting()._replace(delivery_attempt=attempt), model=other_model())
    assert sent(again) == sent(first)


def test_a_second_message_about_a_decided_event_fails_no_more(history: SqlHistory) -> None:
    """Its customer is gone meanwhile, or its rows and the model no longer go together."""
    worked(history, quiet("e-1"), quiet("e-2"))
    poor = {SAFE: profile(SAFE, salaire=-1.0)}
    outcomes = [
        *worked(history, quiet("e-1"), quiet("e-9"), known={}),
        *worked(history, quiet("e-2"), quiet("e-9"), known=poor),
    ]
    assert [error_of(each) for each in outcomes] == [
        *(AlreadySettled, UnknownCustomer),
        *(AlreadySettled, ScoringFailed),
    ]


def test_an_unconfirmed_alert_is_sent_again_byte_for_byte_though_model_and_data_changed(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    [first] = worked(history, alerting())
    changed = {AT_RISK: profile(AT_RISK, age=20)}
    later = history_of(engine, NOON + timedelta(days=1))
    model = other_model()
    [again] = worked(later, redelivered(alerting()), known=changed, model=model)
    assert sent(again) == sent(first)
    assert isinstance(again, Alerted)
    assert again.kept is not None
    assert again.kept.scored_at == NOON
    assert model.calls == []
    assert len(rows(engine)) == 1


def test_an_alert_that_was_confirmed_once_keeps_its_moment(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    worked(history, alerting("a"), alerting("b"))
    history.confirm([key("a")])
    history_of(engine, NOON + timedelta(days=1)).confirm([key("a"), key("b")])
    assert [row[0] for row in rows(engine, "confirmed_at")] == [NOON, NOON + timedelta(days=1)]


def test_copies_of_an_event_in_one_batch_are_decided_once(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    loud, copy, still, silent_copy = worked(
        history, alerting("a"), alerting("a"), quiet("b"), quiet("b")
    )
    assert sent(loud) == sent(copy)
    assert isinstance(still, Silent)
    assert error_of(silent_copy) is AlreadySettled
    assert len(rows(engine)) == 2


def test_two_events_of_one_id_from_two_sources_are_two(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    other = message(alerting().data, {**alerting().attributes, "ce-source": "crm/lyon"})
    worked(history, alerting(), other)
    assert len(rows(engine)) == 2


def test_of_two_workers_the_first_decides_and_both_send_equal_bytes(
    engine: sqlalchemy.Engine,
) -> None:
    other_data = {AT_RISK: profile(AT_RISK, age=90)}
    both = threading.Barrier(2)

    class Meeting(SqlHistory):
        """Waits, between recall and record, for the other worker to have recalled too."""

        def recall(self, keys: Any) -> Any:
            known = super().recall(keys)
            both.wait(10)
            return known

    found: dict[str, Outcome] = {}

    def work(name: str, known: Any, model: LogisticModel) -> None:
        [found[name]] = worked(
            Meeting(engine, now=lambda: NOON), alerting(), known=known, model=model
        )

    threads = [
        threading.Thread(target=work, args=("one", KNOWN, LogisticModel())),
        threading.Thread(target=work, args=("two", other_data, other_model())),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sent(found["one"]) == sent(found["two"])
    assert len(rows(engine)) == 1


def test_a_worker_waits_for_another_that_is_recording_the_same_event(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    found: list[Outcome] = []
    with engine.begin() as other:
        other.exec_driver_sql(SILENT.format("e-1"))
        waiting = threading.Thread(target=lambda: found.extend(worked(history, alerting())))
        waiting.start()
        wait_until(lambda: _waits(other), what="the second worker to wait")
    waiting.join(10)
    assert [error_of(each) for each in found] == [AlreadySettled]


def _waits(connection: sqlalchemy.Connection) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    return bool(connection.exec_driver_sql(query).scalar_one())


def test_workers_record_in_one_order_so_that_none_locks_another_out(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    found: list[Outcome] = []
    batch = [quiet("b"), quiet("a")]
    with engine.begin() as other:
        other.exec_driver_sql(SILENT.format("a"))
        waiting = threading.Thread(target=lambda: found.extend(worked(history, *batch)))
        waiting.start()
        wait_until(lambda: _waits(other), what="the second worker to wait for the first event")
        other.exec_driver_sql(SILENT.format("b"))  # a deadlock, where the second had it already
    waiting.join(10)
    assert [error_of(each) for each in found] == [AlreadySettled, AlreadySettled]


def test_a_row_that_the_table_cannot_hold_fails_alone(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    with_nul = {"specversion": "1.0", "type": "customer.updated", "source": "crm", "id": "a\0b"}
    structured = message(
        {**with_nul, "data": {"id_client": AT_RISK}},
        {"content-type": "application/cloudevents+json"},
    )
    too_long_for_an_index = alerting("".join(map(str, range(2_000))))
    outcomes = worked(history, alerting("a"), structured, quiet("b"), too_long_for_an_index)
    assert [type(each) for each in outcomes] == [Alerted, Failed, Silent, Failed]
    assert error_of(outcomes[1]) is UnprocessableRow
    assert error_of(outcomes[3]) is UnprocessableRow
    assert [row[0] for row in rows(engine, "event_id")] == ["a", "b"]


def test_a_replay_is_scored_again_and_its_alert_is_the_next_revision(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    worked(history, alerting())
    [second] = worked(history, replayed(alerting(), "r-1"), model=other_model())
    [third] = worked(history, replayed(alerting(), "r-2"))
    alerts = [ChurnAlert.decode(sent(each)) for each in (second, third)]
    assert [alert.revision for alert in alerts] == [2, 3]
    assert alerts[0].model.version == "2"
    assert alerts[0].alert_id == alerts[1].alert_id
    assert [tuple(row) for row in rows(engine, "replay_id, revision")] == [
        ("", 1),
        ("r-1", 2),
        ("r-2", 3),
    ]


def test_a_redelivered_replay_keeps_its_revision(history: SqlHistory) -> None:
    worked(history, alerting())
    [first] = worked(history, replayed(alerting(), "r-1"))
    [again] = worked(history, replayed(alerting(), "r-1"))
    assert sent(first) == sent(again)


def test_a_replay_of_an_event_that_the_history_does_not_know_is_the_second_revision(
    history: SqlHistory,
) -> None:
    [outcome] = worked(history, replayed(alerting(), "r-1"))
    assert ChurnAlert.decode(sent(outcome)).revision == 2


def test_two_replays_at_the_same_moment_do_not_both_become_one_revision(
    history: SqlHistory,
) -> None:
    one, two = replayed(alerting(), "r-1"), replayed(alerting(), "r-2")
    first, second = worked(history, one, two)
    assert ChurnAlert.decode(sent(first)).revision == 2
    assert error_of(second) is RevisionTaken
    [again] = worked(history, two)
    assert ChurnAlert.decode(sent(again)).revision == 3


def test_an_event_of_another_moment_in_year_1_is_kept_as_it_is(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    early = message(alerting().data, {**alerting().attributes, "ce-time": "0001-01-01T00:00:00Z"})
    worked(history, early)
    [row] = rows(engine, "extract(year FROM event_time AT TIME ZONE 'UTC')")
    assert row[0] == 1


def test_the_probability_is_kept_to_the_last_bit(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    outcomes = worked(
        history,
        *(update(AT_RISK, event_id=f"{age:03}", age=age) for age in range(41, 90)),
    )
    alerts = [each.alert.probability for each in outcomes if isinstance(each, Alerted)]
    assert [row[0] for row in rows(engine, "probability")] == alerts


def test_nothing_is_kept_of_a_batch_when_the_table_is_locked_too_long(
    history: SqlHistory, engine: sqlalchemy.Engine, fresh_database: PostgresqlSettings
) -> None:
    hasty = fresh_database.model_copy(update={"statement_timeout_ms": 200})
    with open_database(hasty, CloudsqlSettings()) as opened, engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE score_history IN SHARE MODE")  # inserts wait
        with pytest.raises(DatabaseDown, match="57014"):
            worked(history_of(opened.engine), alerting(), quiet("e-2"))
    assert rows(engine) == []
    assert isinstance(worked(history, alerting())[0], Alerted)
