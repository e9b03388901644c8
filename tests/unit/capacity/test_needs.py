"""What a rate needs follows by arithmetic from an event's cost and the inputs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.alerts import alert_message
from consumer.message import OutgoingMessage
from consumer.stages import Alerted
from tests.builders import NOON, POLICY, LogisticModel, processed, profile, update
from tests.unit.capacity.plans import OFF, ON, ROUND
from tools.capacity.database import default_connections
from tools.capacity.disk import disk_for
from tools.capacity.inputs import Inputs
from tools.capacity.measured import EventCost
from tools.capacity.needs import Needs, needs_of
from tools.sample.events import sample_events

RATES = st.floats(min_value=0.01, max_value=1e7)
COSTS = st.sampled_from([OFF, ON])


def test_pods_are_as_many_as_half_used_ones_carry_and_one_more() -> None:
    workers = needs_of(10_000, OFF, ROUND).workers  # a pod does 5,000 a second, and is to do 2,500

    assert workers.full_speed == pytest.approx(5_000)
    assert workers.pods == 4 + 1
    assert workers.pods_in_rollout == 5 + 2
    assert workers.streams == 20
    assert workers.held_messages == 5_000


def test_no_worker_is_taken_for_faster_than_it_was() -> None:
    waited_for_others = replace(OFF, speed=4_000)

    assert needs_of(10_000, waited_for_others, ROUND).workers.pods == 5 + 1


def test_a_slower_core_needs_more_pods() -> None:
    slower = ROUND.model_copy(
        update={"workers": ROUND.workers.model_copy(update={"core_factor": 2.0})}
    )

    assert needs_of(10_000, OFF, slower).workers.pods == 8 + 1


def test_a_pod_requests_half_as_much_memory_again_as_was_measured() -> None:
    assert needs_of(1, OFF, ROUND).workers.memory_mebibytes == 448  # 450 MB are 429.2 MiB


def test_batches_are_full_at_the_least_and_one_a_worker_in_a_linger_at_the_most() -> None:
    workers = needs_of(10_000, OFF, ROUND).workers

    assert workers.full_batches == pytest.approx(20)
    assert workers.batches == pytest.approx(5 * 100)


def test_there_are_no_more_batches_than_events() -> None:
    assert needs_of(3, OFF, ROUND).workers.batches == pytest.approx(3)


def test_the_database_is_the_smallest_that_is_half_used_at_the_most() -> None:
    database = needs_of(10_000, OFF, ROUND).database

    assert database.statements == pytest.approx(500)
    assert database.busy_vcpu == pytest.approx(0.1 + 0.25)
    assert (database.vcpu, database.memory_gigabytes) == (1, 3.75)
    assert (database.rows_read, database.rows_written) == (10_000, 0)
    assert database.connections == 7 * 2 + 10


def test_the_history_makes_four_statements_of_one() -> None:
    database = needs_of(10_000, ON, ROUND).database  # six pods, for an event costs a quarter more

    assert database.statements == pytest.approx(6 * 100 * 4)
    assert database.busy_vcpu == pytest.approx(0.5 + 1.2)
    assert database.vcpu == 4
    assert database.rows_written == 10_000


def test_where_no_instance_is_large_enough_the_largest_is_taken() -> None:
    database = needs_of(1e7, ON, ROUND).database

    assert database.vcpu == 96
    assert database.busy_vcpu > database.vcpu


@pytest.mark.parametrize(
    ("memory", "connections"), [(0.6, 25), (1.7, 50), (3.75, 100), (14.9, 200), (500, 800)]
)
def test_connections_depend_on_the_memory(memory: float, connections: int) -> None:
    assert default_connections(memory) == connections


def test_a_history_takes_rows_a_day_for_as_many_days_as_are_kept() -> None:
    disk = disk_for(1_000, ON, ROUND.database)

    assert disk.rows_a_day == 86_400_000
    assert disk.gigabytes_a_day == pytest.approx(86.4)
    assert disk.gigabytes_of_history == pytest.approx(8_640)
    assert disk.days_kept == 100
    assert disk.gigabytes == pytest.approx(10 + 8_640)


def test_a_history_that_does_not_fit_is_kept_as_long_as_it_does() -> None:
    disk = disk_for(10_000, ON, ROUND.database)

    assert disk.days_kept == pytest.approx(10_000 / 864)
    assert disk.gigabytes == pytest.approx(10_010)
    assert disk.gigabytes_of_history == pytest.approx(86_400)


def test_without_a_history_nothing_is_kept() -> None:
    disk = disk_for(10_000, OFF, ROUND.database)

    assert (disk.rows_a_day, disk.days_kept, disk.gigabytes) == (0, 0, 10)


def test_a_message_by_itself_counts_a_thousand_bytes_at_least() -> None:
    pubsub = needs_of(10_000, OFF, ROUND).pubsub

    assert pubsub.published == pytest.approx(10 + 4)  # MB/s of events, and of alerts of 2,000 bytes
    assert pubsub.pulled == pytest.approx(10 + 4)
    assert pubsub.streams == 7 * 4
    assert pubsub.stream_load == pytest.approx(2.5 / 20)


def test_messages_that_share_a_request_count_as_they_are() -> None:
    sharing = ROUND.pubsub.model_copy(update={"messages_a_request": 10, "alert_subscriptions": 3})
    pubsub = needs_of(10_000, OFF, ROUND.model_copy(update={"pubsub": sharing})).pubsub

    assert pubsub.published == pytest.approx(2.5 + 4)
    assert pubsub.pulled == pytest.approx(2.5 + 3 * 4)


def quantities(needs: Needs) -> list[float]:
    """What may only grow with the rate."""
    workers, database, disk, pubsub = needs.workers, needs.database, needs.disk, needs.pubsub
    return [
        *(workers.pods, workers.pods_in_rollout, workers.batches, workers.full_batches),
        *(database.statements, database.busy_vcpu, database.vcpu, database.connections),
        *(disk.gigabytes_a_day, disk.gigabytes_of_history, disk.gigabytes),
        *(pubsub.published, pubsub.pulled, pubsub.streams),
    ]


@given(RATES, RATES, COSTS)
def test_more_events_never_need_less(one: float, other: float, cost: EventCost) -> None:
    fewer, more = (quantities(needs_of(rate, cost, Inputs())) for rate in sorted((one, other)))

    assert all(less <= much * (1 + 1e-9) for less, much in zip(fewer, more, strict=True))


@given(RATES, COSTS)
def test_all_but_the_spare_pods_carry_the_rate_with_headroom(rate: float, cost: EventCost) -> None:
    given_, workers = Inputs().workers, needs_of(rate, cost, Inputs()).workers
    carried = (workers.pods - given_.spare) * workers.full_speed * given_.utilization

    assert carried * (1 + 1e-9) >= rate
    assert workers.pods >= 2


@given(RATES, st.floats(min_value=1, max_value=1e4), COSTS)
def test_an_event_that_costs_more_never_needs_less(
    rate: float, factor: float, cost: EventCost
) -> None:
    dearer = replace(cost, cpu_microseconds=cost.cpu_microseconds * factor)
    cheap, dear = (needs_of(rate, one, Inputs()).workers.pods for one in (cost, dearer))

    assert dear >= cheap


def size(message: OutgoingMessage) -> int:
    """Bytes that Pub/Sub counts, with 20 for the time and 19 for the message's id."""
    attributes = "".join([*message.attributes, *message.attributes.values()])
    return len(message.data) + len(attributes) + 39


def test_the_sizes_that_are_assumed_are_those_of_events_and_alerts() -> None:
    events = [one.message for one in sample_events(200, seed=1, now=lambda: datetime.now(UTC))]
    [alerted] = processed(update(1), known={1: profile(age=70)}, model=LogisticModel())
    assert isinstance(alerted, Alerted)
    alert = alert_message(alerted, POLICY, scored_at=NOON)

    assumed = Inputs().pubsub
    assert 0.8 * assumed.event_bytes < sum(map(size, events)) / len(events) < assumed.event_bytes
    assert 0.5 * assumed.alert_bytes < size(alert) < assumed.alert_bytes
