"""A Pub/Sub that misbehaves: streams break, deliveries come twice, calls are UNAVAILABLE.

Duplicates add to the worker's counters, so these tests assert what is guaranteed: every event has
an outcome, copies of an alert are equal, and nothing is lost.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import pytest
from google.pubsub_v1.types import PubsubMessage

from schemas.alerts import ChurnAlert
from tests.bank_data import CUSTOMERS, INDICATORS, needs_bank_data
from tests.functional.bank import Bank, bare, event, open_bank
from tests.functional.test_bank_data import STRANGERS, publish_as_a_crm
from tests.functional.test_events_in_alerts_out import UNKNOWN, scores
from tests.functional.test_interruptions import ALL_ALERT, EVENTS, EVERY_EVENT, updates
from tests.functional.test_traps import POISON, content, letters, original
from tests.pubsub_fixtures import PubSub
from tests.wait import wait_until
from tools.emulator import serve
from tools.emulator.faults import ActiveFault, Plan
from tools.emulator.faults.rules import (
    AmbiguousPublishes,
    AnyFault,
    BreakStreams,
    DuplicateDeliveries,
    Fail,
    OutOfOrder,
)
from tools.stack.postgres import Postgres
from tools.stack.storage import Storage
from tools.tables_csv import read_customers, read_indicators
from tools.tables_sql import seed_tables
from tools.training import TrainedModel

pytestmark = pytest.mark.functional

EVERYWHERE: tuple[AnyFault, ...] = (
    Fail(rpc="Publish", share=0.2),
    AmbiguousPublishes(share=0.1),
    Fail(rpc="Acknowledge", share=0.2),
    Fail(rpc="ModifyAckDeadline", every=2),  # what is given back: only a few calls
    DuplicateDeliveries(share=0.1),
    OutOfOrder(),
)
# A stream that breaks again and again waits longer and longer before it is opened.
SHORT_PLAN = Plan(
    seed=11,
    faults=(
        *EVERYWHERE,
        BreakStreams(every=3, times=4),
        Fail(rpc="StreamingPull", after=4, times=2),
    ),
)
LONG_PLAN = Plan(
    seed=11,
    faults=(*EVERYWHERE, BreakStreams(share=0.1), Fail(rpc="StreamingPull", share=0.2)),
)
under_the_long_plan = pytest.mark.parametrize(
    "misbehaving", [pytest.param(LONG_PLAN, id="long plan")], indirect=True
)
SMALL_BATCHES = {"CHURN_BATCH__MAX_EVENTS": "20"}


@dataclass(frozen=True)
class Misbehaving:
    """A bank on a Pub/Sub server of its own, and the faults of that."""

    bank: Bank
    faults: Sequence[ActiveFault]


@pytest.fixture
def misbehaving(
    request: pytest.FixtureRequest,
    postgres: Postgres,
    storage: Storage | None,
    trained: TrainedModel,
) -> Iterator[Misbehaving]:
    plan: Plan = getattr(request, "param", SHORT_PLAN)
    with (
        serve(seed=plan.seed) as running,
        closing(PubSub("embedded", running.address)) as server,
        open_bank(server, postgres, storage, trained) as bank,
    ):
        yield Misbehaving(bank, [running.faults.inject(rule) for rule in plan.faults])


@pytest.fixture
def bank(misbehaving: Misbehaving) -> Bank:
    return misbehaving.bank


def alerts_of(bank: Bank, events: set[str]) -> list[ChurnAlert]:
    """Receive until each of these events has alerted; copies of an alert must be equal."""
    found: dict[str, ChurnAlert] = {}

    def each_has_alerted() -> bool:
        for message in bank.take_all(bank.stack.names.alert_watch):
            alert = ChurnAlert.decode(message.data)
            assert found.setdefault(alert.event_id, alert) == alert
        return found.keys() >= events

    wait_until(each_has_alerted, timeout=90, what="an alert of each event")
    assert found.keys() == events
    return list(found.values())


def poison_of(bank: Bank, expected: Sequence[PubsubMessage]) -> None:
    """Receive dead letters until each of these messages has one, and nothing else has."""
    wanted = {fingerprint(content(message)) for message in expected}
    found: set[int] = set()
    while not wanted <= found:
        found |= {fingerprint(original(letter)) for letter in letters(bank, 1)}
    assert found == wanted


def fingerprint(message: tuple[bytes, list[tuple[str, str]]]) -> int:
    data, attributes = message
    return hash((data, tuple(attributes)))


def test_every_event_ends_as_an_alert_or_as_a_dead_letter(misbehaving: Misbehaving) -> None:
    bank = misbehaving.bank
    good = [event(f"e-{each}", id_client=each) for each in bank.customers[:300]]
    bad = [PubsubMessage(data=b"{"), bare(id_client="x"), event("u-1", id_client=UNKNOWN)]
    with bank.worker(**SMALL_BATCHES, CHURN_ALERTS__THRESHOLD="0") as worker:
        for start in range(0, len(good), 50):
            bank.publish(good[start : start + 50])
        bank.publish(bad)
        alerts_of(bank, {message.attributes["ce-id"] for message in good})
        poison_of(bank, bad)
        assert "churn_conservation_violations_total 0.0" in worker.metrics()
        assert worker.stop() == 0
    assert [fault.injected > 0 for fault in misbehaving.faults] == [True] * len(misbehaving.faults)


@pytest.mark.long
@under_the_long_plan
def test_every_event_ends_as_an_alert_or_as_silence(bank: Bank) -> None:
    ids, at = list(bank.customers[:300]), "2024-05-01T09:30:00Z"
    risks = {f"e-{each}": bool(score.risk) for each, score in scores(bank, ids, at).items()}
    with bank.worker(**SMALL_BATCHES) as worker:
        bank.publish(event(f"e-{each}", time=at, id_client=each) for each in ids)
        alerts_of(bank, {event_id for event_id, risk in risks.items() if risk})
        silent = sum(not risk for risk in risks.values())
        wait_until(lambda: worker.counts()["silent"] >= silent, timeout=60)
        assert worker.counts()["dead_lettered"] == 0
        assert worker.stop() == 0


@pytest.mark.long
@under_the_long_plan
def test_poison_is_a_dead_letter_each_and_its_batch_goes_on(bank: Bank) -> None:
    good = {f"good-{each}": each for each in bank.customers[:50]}
    poison = list(POISON.values())
    with bank.worker(CHURN_DEAD_LETTERS__MAX_SHARE="1", CHURN_ALERTS__THRESHOLD="0") as worker:
        bank.publish(event(event_id, id_client=each) for event_id, each in good.items())
        for message in poison:
            bank.publish([message])
        alerts_of(bank, set(good))
        poison_of(bank, poison)
        assert worker.stop() == 0


@pytest.mark.long
@under_the_long_plan
def test_sigterm_finishes_what_is_held_and_a_second_worker_does_the_rest(bank: Bank) -> None:
    bank.publish(updates(bank.customers))
    with bank.worker(**ALL_ALERT) as first:
        wait_until(lambda: first.final() > 0)
        first.terminate()
        assert first.wait() == 0
    with bank.worker(**ALL_ALERT) as second:
        alerts_of(bank, EVERY_EVENT)
        assert second.stop() == 0


@pytest.mark.long
@under_the_long_plan
def test_sigkill_loses_nothing(bank: Bank) -> None:
    bank.publish(updates(bank.customers))
    with bank.worker(**ALL_ALERT) as first:
        wait_until(lambda: first.final() > 0)
        first.kill()
    with bank.worker(**ALL_ALERT) as second:
        alerts_of(bank, EVERY_EVENT)
        assert second.stop() == 0


@pytest.mark.long
@under_the_long_plan
def test_a_database_that_is_away_costs_no_event_and_no_dead_letter(bank: Bank) -> None:
    with bank.worker(**ALL_ALERT) as worker:
        bank.stack.postgres.stop()
        try:
            bank.publish(updates(bank.customers))
            wait_until(lambda: worker.health()["state"] == "dependency down", timeout=30)
        finally:
            bank.stack.postgres.start()
        alerts_of(bank, EVERY_EVENT)
        assert worker.counts()["dead_lettered"] == 0
        assert worker.stop() == 0


@pytest.mark.long
@under_the_long_plan
@needs_bank_data
def test_every_event_of_a_real_bank_ends(bank: Bank) -> None:
    customers = list(read_customers(CUSTOMERS))
    with bank.stack.open_database() as database:
        seed_tables(database.engine, customers, list(read_indicators(INDICATORS)))
    ids = [each.id_client for each in customers[:EVENTS]]
    alerted: set[int] = set()
    strangers: set[int] = set()
    with bank.worker(**ALL_ALERT) as worker:
        publish_as_a_crm(bank, [*ids, *STRANGERS])

        def all_have_ended() -> bool:
            for message in bank.take_all(bank.stack.names.alert_watch):
                alerted.add(ChurnAlert.decode(message.data).id_client)
            for letter in bank.take_all(bank.stack.names.dead_letter_watch):
                strangers.add(int(letter.data.partition(b":")[2].strip(b" }")))
            return alerted >= set(ids) and strangers >= set(STRANGERS)

        wait_until(all_have_ended, timeout=90, what="the end of every event")
        assert worker.stop() == 0
    assert alerted == set(ids)
    assert strangers == set(STRANGERS)
