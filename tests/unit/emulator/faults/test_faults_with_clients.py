"""Each fault, as Google's own clients meet it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import pytest
from google.api_core.exceptions import Aborted, ServiceUnavailable
from google.cloud.pubsub_v1.subscriber.message import Message
from pydantic import ValidationError

from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish, texts
from tests.wait import wait_until
from tools.emulator import Running, serve

TOPIC = "projects/test/topics/updates"
OTHER_TOPIC = "projects/test/topics/other"
SUBSCRIPTION = "projects/test/subscriptions/worker"


@pytest.fixture
def server() -> Iterator[Running]:
    with serve() as running:
        yield running


@pytest.fixture
def clients(server: Running) -> Iterator[PubSub]:
    """Give clients of a server that has two topics."""
    clients = PubSub("embedded", server.address)
    for topic in (TOPIC, OTHER_TOPIC):
        clients.publisher().create_topic(name=topic)
    yield clients
    clients.close()


@pytest.fixture
def subscription(clients: PubSub) -> Puller:
    return Puller.create(clients.subscriber(), name=SUBSCRIPTION, topic=TOPIC)


@contextmanager
def receiving(clients: PubSub, subscription: Puller) -> Iterator[list[str]]:
    """Receive and acknowledge with Google's streaming subscriber; gives what has come so far."""
    received: list[str] = []

    def keep(message: Message) -> None:
        received.append(message.data.decode())
        message.ack()

    pulling = clients.subscriber().subscribe(subscription.name, keep)
    yield received
    pulling.cancel()
    pulling.result(timeout=20)


def test_calls_fail_so_many_times_and_google_s_client_tries_again(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    with server.faults.fail("Publish", status="UNAVAILABLE", times=3) as fault:
        publish(clients.publisher(), TOPIC, "hello")

    assert fault.injected == 3
    assert texts(subscription.pull(1)) == ["hello"]


def test_a_call_fails_with_the_status_that_was_asked_for(server: Running, clients: PubSub) -> None:
    with (
        server.faults.fail("GetTopic", "ABORTED"),
        pytest.raises(Aborted, match="refused on purpose"),
    ):
        clients.publisher().get_topic(topic=TOPIC, retry=None)


def test_only_the_calls_that_name_the_topic_fail(server: Running, clients: PubSub) -> None:
    publisher = clients.publisher()
    with server.faults.fail("GetTopic", "ABORTED", topic="updates") as fault:
        publisher.get_topic(topic=OTHER_TOPIC)
        with pytest.raises(Aborted):
            publisher.get_topic(topic=TOPIC, retry=None)
    assert fault.injected == 1


def test_a_fault_ends_with_its_block_and_is_not_counted_any_more(
    server: Running, clients: PubSub
) -> None:
    with server.faults.fail("GetTopic") as fault:
        pass
    clients.publisher().get_topic(topic=TOPIC, retry=None)
    assert fault.injected == 0


def test_streams_cannot_be_opened_while_their_call_fails(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    with (
        server.faults.fail("StreamingPull", "PERMISSION_DENIED", subscription="worker"),
        clients.stream(subscription.name) as stream,
    ):
        assert stream.wait_for_status() == grpc.StatusCode.PERMISSION_DENIED


def test_an_ambiguous_publish_that_is_tried_again_gives_two_copies(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    with server.faults.ambiguous_publishes(times=1) as fault:
        (confirmed,) = publish(clients.publisher(), TOPIC, "twice")

    received = subscription.pull(2)
    assert fault.injected == 1
    assert texts(received) == ["twice", "twice"]
    ids = [each.message.message_id for each in received]
    assert len(set(ids)) == 2
    assert confirmed in ids


def test_a_delayed_call_is_answered_after_the_client_has_given_up(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    with server.faults.delay("Pull", seconds=60) as fault:
        assert subscription.pull_once() == []
        assert fault.injected == 1
    publish(clients.publisher(), TOPIC, "now")
    assert texts(subscription.pull(1)) == ["now"]


def test_a_delayed_call_is_served(server: Running, clients: PubSub) -> None:
    with server.faults.delay("GetTopic", seconds=0.01, times=1) as fault:
        assert clients.publisher().get_topic(topic=TOPIC).name == TOPIC
    assert fault.injected == 1


def test_google_s_subscriber_reopens_broken_streams_and_gets_everything(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    expected = [f"{number}" for number in range(20)]
    with (
        server.faults.break_streams(every=2, times=3) as fault,
        receiving(clients, subscription) as received,
    ):
        for text in expected:
            publish(clients.publisher(), TOPIC, text)
        wait_until(lambda: set(received) == set(expected), timeout=30, what="every message")
        wait_until(lambda: fault.injected == 3, what="the third broken stream")


def test_the_streams_that_are_open_are_broken_at_once(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    with clients.stream(subscription.name) as stream:
        publish(clients.publisher(), TOPIC, "it is open")
        stream.wait_for(1)

        server.faults.break_open_streams("other")
        publish(clients.publisher(), TOPIC, "it is open still")
        stream.wait_for(2)
        server.faults.break_open_streams("worker")

        assert stream.wait_for_status() == grpc.StatusCode.UNAVAILABLE
    with clients.stream(subscription.name) as stream:
        publish(clients.publisher(), TOPIC, "it is open again")
        stream.wait_for(1)


def test_a_duplicated_delivery_comes_twice_to_google_s_subscriber_and_then_no_more(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    expected = [f"{number}" for number in range(30)]
    with (
        server.faults.duplicate_deliveries(share=0.5) as fault,
        receiving(clients, subscription) as received,
    ):
        publish(clients.publisher(), TOPIC, *expected)
        wait_until(lambda: len(received) == len(expected) + fault.injected, what="the duplicates")
        assert 0 < fault.injected < len(expected)
        assert set(Counter(received).values()) == {1, 2}
    assert set(received) == set(expected)
    assert subscription.pull_once() == []


def test_the_ack_id_of_a_duplicated_delivery_is_stale(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    publish(clients.publisher(), TOPIC, "twice")
    with server.faults.duplicate_deliveries():
        first = subscription.pull(1)
        subscription.ack(first)
        second = subscription.pull(1)
        subscription.ack(second)

    assert first[0].message == second[0].message
    assert first[0].ack_id != second[0].ack_id
    assert subscription.pull_once() == []


def test_a_message_of_which_the_ack_was_dropped_comes_again_after_its_deadline(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    publish(clients.publisher(), TOPIC, "again")
    with server.faults.drop_acks(times=1) as fault:
        received = subscription.pull(1)
        subscription.extend(received, seconds=1)
        subscription.ack(received)
        again = subscription.pull(1)
        subscription.ack(again)

    assert fault.injected == 1
    assert texts(again) == ["again"]
    assert subscription.pull_once() == []


def test_an_ack_on_a_stream_is_dropped_too(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    publish(clients.publisher(), TOPIC, "again")
    with server.faults.drop_acks(times=1), clients.stream(subscription.name) as stream:
        received = stream.wait_for(1)
        stream.extend(received, seconds=1)
        stream.ack(received)
        assert texts(stream.wait_for(2)) == ["again", "again"]


def test_messages_come_out_of_order(server: Running, clients: PubSub, subscription: Puller) -> None:
    published = [f"{number}" for number in range(10)]
    publish(clients.publisher(), TOPIC, *published)
    with server.faults.out_of_order() as fault:
        received = texts(subscription.pull(len(published)))

    assert fault.injected == 1
    assert received != published
    assert sorted(received) == published


def test_messages_of_one_key_stay_in_order(server: Running, clients: PubSub) -> None:
    ordered = Puller.create(
        clients.subscriber(), name=SUBSCRIPTION, topic=TOPIC, enable_message_ordering=True
    )
    published = [f"{number}" for number in range(10)]
    publish(clients.publisher(ordering=True), TOPIC, *published, ordering_key="k")
    with server.faults.out_of_order() as fault:
        received = texts(ordered.pull(len(published)))

    assert fault.injected == 1
    assert received == published


def test_a_paused_subscription_gets_nothing_until_it_is_resumed(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    other = Puller.create(
        clients.subscriber(), name="projects/test/subscriptions/other", topic=TOPIC
    )
    with clients.stream(subscription.name) as stream:
        with server.faults.pause("worker") as pause:
            publish(clients.publisher(), TOPIC, "later")
            assert texts(other.pull(1)) == ["later"]
            assert subscription.pull_once() == []
            assert stream.received == []
            assert pause.injected > 0

        assert texts(stream.wait_for(1)) == ["later"]


def test_several_faults_at_once_lose_nothing(
    server: Running, clients: PubSub, subscription: Puller
) -> None:
    expected = [f"{number}" for number in range(50)]
    with (
        server.faults.fail("Publish", share=0.2),
        server.faults.ambiguous_publishes(share=0.2),
        server.faults.break_streams(every=5),
        server.faults.duplicate_deliveries(share=0.2),
        server.faults.out_of_order(),
        receiving(clients, subscription) as received,
    ):
        publisher = clients.publisher()
        for future in [publisher.publish(TOPIC, text.encode()) for text in expected]:
            future.result(timeout=30)
        wait_until(lambda: set(received) == set(expected), timeout=30, what="every message")


def test_a_wrong_value_is_refused_at_once(server: Running) -> None:
    with pytest.raises(ValidationError, match="share"):
        server.faults.drop_acks(share=7)


def test_faults_can_be_set_for_good_and_ended_all_at_once(server: Running, clients: PubSub) -> None:
    server.faults.fail("GetTopic")
    with pytest.raises(ServiceUnavailable):
        clients.publisher().get_topic(topic=TOPIC, retry=None)

    server.faults.end_all()

    clients.publisher().get_topic(topic=TOPIC, retry=None)


def test_a_fault_may_end_after_its_server() -> None:
    with serve() as running:
        fault = running.faults.pause()
    fault.end()
