"""The clock of `churn bench worker`, and the server that it runs by."""

import itertools
import sys
from collections.abc import Callable, Iterator

import pytest
from google.pubsub_v1.types import PubsubMessage

from consumer.message import OutgoingMessage
from tests.wait import wait_until
from tools.bench.consumer_process import ConsumerProcess
from tools.bench.counted_pubsub import CountedPubSub
from tools.bench.errors import LoadFailed
from tools.bench.process_usage import ProcessUsage
from tools.bench.publishing import BATCH, publish
from tools.bench.watch import IDLE_SECONDS, BacklogWatch, Measured, NoProgress, watched
from tools.emulator.server import Backlog
from tools.stack.names import Names
from tools.stack.pubsub import PubSub
from tools.stack.server import ServerFailed


class Consumer:
    """A consumer whose backlog shrinks as told, a look a second.

    It uses half a core, and its database a quarter of one.
    """

    def __init__(self, *looks: Backlog) -> None:
        self._looks = iter(looks)
        self._last = looks[-1]
        self.now = 0.0

    def backlog(self) -> Backlog:
        """What is left at the next look."""
        self._last = next(self._looks, self._last)
        return self._last

    def usage(self) -> ProcessUsage:
        """What it has used by now, its start included."""
        return ProcessUsage(3 + self.now / 2, peak_bytes=1_000, resident_bytes=1_000)

    def pause(self) -> None:
        """Let a second go by."""
        self.now += 1

    def watched(self, events: int, begun: Callable[[Backlog], bool] | None = None) -> Measured:
        """Watch it."""
        return watched(
            self.watch(events), usage=self.usage, database_cpu=lambda: self.now / 4, begun=begun
        )

    def watch(self, events: int) -> BacklogWatch:
        """Give what looks at it."""
        return BacklogWatch(events, backlog=self.backlog, pause=self.pause, clock=lambda: self.now)


def test_the_clock_runs_from_the_first_delivery_to_the_last_ack() -> None:
    starting = [Backlog(10, 0)] * 3
    consumer = Consumer(*starting, Backlog(6, 4), Backlog(3, 5), Backlog(0, 1), Backlog(0, 0))

    measured = consumer.watched(10)

    assert measured == Measured(
        events=10, seconds=3, cpu_seconds=1.5, database_cpu_seconds=0.75, peak_bytes=1_000
    )
    assert measured.rate == pytest.approx(10 / 3)
    assert measured.cpu_microseconds == pytest.approx(150_000)
    assert measured.database_microseconds == pytest.approx(75_000)


def test_what_is_acknowledged_when_the_clock_starts_is_not_counted() -> None:
    assert Consumer(Backlog(4, 2), Backlog(0, 0)).watched(10).events == 6


def test_the_clock_can_start_later_than_with_the_first_delivery() -> None:
    consumer = Consumer(Backlog(6, 4), Backlog(3, 5), Backlog(0, 2), Backlog(0, 0))

    measured = consumer.watched(10, begun=lambda left: sum(left) <= 8)

    assert (measured.events, measured.seconds) == (8, 2)


def test_a_consumer_that_never_begins_is_given_up() -> None:
    with pytest.raises(NoProgress, match="0 of 10 messages are held, 10 were not delivered"):
        Consumer(Backlog(10, 0)).watched(10)


def test_a_consumer_that_stops_half_way_is_given_up() -> None:
    with pytest.raises(NoProgress, match="2 of 10 messages are held, 1 were not delivered"):
        Consumer(Backlog(5, 5), Backlog(1, 2)).watched(10)


def test_a_slow_consumer_is_waited_for_as_long_as_it_moves_on() -> None:
    looks = ([Backlog(0, left)] * int(IDLE_SECONDS) for left in (10, 5, 1, 0))

    assert Consumer(*itertools.chain.from_iterable(looks)).watched(10).events == 10


@pytest.fixture(scope="module")
def server() -> Iterator[CountedPubSub]:
    """Give a server that is started."""
    with CountedPubSub() as server:
        yield server


def test_the_server_says_what_is_ready_and_what_is_held(server: CountedPubSub) -> None:
    names = Names()
    subscription = names.subscription_path(names.subscription)
    with PubSub(server.address) as pubsub:
        pubsub.create(names)
        messages = [PubsubMessage(data=data) for data in (b"1", b"2", b"3")]
        pubsub.publisher.publish(topic=names.topic(names.input_topic), messages=messages)
        assert server.backlog(subscription) == Backlog(ready=3, outstanding=0)

        pulled = pubsub.subscriber.pull(subscription=subscription, max_messages=2)
        assert server.backlog(subscription) == Backlog(ready=1, outstanding=2)

        first = pulled.received_messages[0].ack_id
        pubsub.subscriber.acknowledge(subscription=subscription, ack_ids=[first])
        assert server.backlog(subscription) == Backlog(ready=1, outstanding=1)


def test_a_backlog_is_published_whole_and_in_its_order(
    server: CountedPubSub,
) -> None:
    names = Names.of_its_own("published")
    count = 2 * BATCH + 1
    events = (OutgoingMessage(b"%d" % number, {"ce-id": f"1-{number}"}) for number in range(count))

    with PubSub(server.address) as pubsub:
        pubsub.create(names)
        publish(server.address, names.topic(names.input_topic), events)
        subscription = names.subscription_path(names.subscription)
        assert server.backlog(subscription) == Backlog(ready=count, outstanding=0)

        answer = pubsub.subscriber.pull(subscription=subscription, max_messages=3)
    messages = [received.message for received in answer.received_messages]
    told = [(message.data, message.attributes["ce-id"]) for message in messages]
    assert told == [(b"0", "1-0"), (b"1", "1-1"), (b"2", "1-2")]


def test_a_topic_that_is_not_there_is_told_at_the_first_request(server: CountedPubSub) -> None:
    events = (OutgoingMessage(b"1", {}) for _ in range(10 * BATCH))
    with pytest.raises(LoadFailed, match="answered NOT_FOUND"):
        publish(server.address, "projects/churn-local/topics/missing", events)

    assert len(list(events)) == 9 * BATCH, "the others were not even made"


def test_a_subscription_that_is_not_there_is_one_line() -> None:
    with CountedPubSub() as server, pytest.raises(ServerFailed, match="no longer says what x"):
        server.backlog("x")


def test_a_consumer_that_ends_by_itself_is_told_with_its_last_words() -> None:
    def ends() -> str | None:
        try:
            process.require_running()
        except ServerFailed as error:
            return str(error)
        return None

    with ConsumerProcess("the consumer", "tools.no_such", {"CHURN_API__PORT": "1"}) as process:
        complaint = wait_until(ends, what="its end")

    assert complaint == (
        f"the consumer ended by itself: {sys.executable}: No module named tools.no_such"
    )
