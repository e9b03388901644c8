"""Publishing to a server that fails: what is sent again, and in which order."""

import gc
import weakref
from collections.abc import Iterator
from contextlib import closing

import pytest

from consumer.errors import PublishRefused
from consumer.message import OutgoingMessage
from consumer.publisher import Publication, Publisher
from consumer.publisher.request import Request
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, texts
from tests.wait import wait_until
from tools.emulator import Running, serve
from tools.emulator.faults.rules import AmbiguousPublishes

TOPIC = "projects/test/topics/alerts"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    with serve() as running:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", running.address)
        yield running


@pytest.fixture
def received(server: Running) -> Iterator[Puller]:
    """Give an ordered subscription of the topic."""
    with closing(PubSub("embedded", server.address)) as clients:
        clients.publisher().create_topic(name=TOPIC)
        yield Puller.create(
            clients.subscriber(),
            name="projects/test/subscriptions/watch",
            topic=TOPIC,
            enable_message_ordering=True,
        )


@pytest.fixture
def publisher(server: Running) -> Iterator[Publisher]:
    del server  # the environment names it
    with closing(Publisher()) as publisher:
        yield publisher


def messages(*data: str, key: str = "") -> list[OutgoingMessage]:
    return [OutgoingMessage(each.encode(), {}, key) for each in data]


def is_answered(publication: Publication) -> bool:
    return bool(publication.request.call.done())


def test_what_fails_is_sent_again_once_for_the_whole_request(
    server: Running, publisher: Publisher, received: Puller
) -> None:
    with server.faults.fail("Publish", status="UNAVAILABLE", times=2) as fault:
        for each in publisher.publish(TOPIC, messages("0", "1", "2")):
            publisher.confirm(each)
    assert fault.injected == 2
    assert texts(received.pull(3)) == ["0", "1", "2"]
    assert received.pull_once() == []


def test_messages_that_may_be_there_twice_are_confirmed_all_the_same(
    server: Running, publisher: Publisher, received: Puller
) -> None:
    server.faults.inject(AmbiguousPublishes(times=1))
    for each in publisher.publish(TOPIC, messages("0", "1")):
        publisher.confirm(each)
    assert sorted(texts(received.pull(4))) == ["0", "0", "1", "1"]


def test_a_request_that_is_refused_during_a_failure_is_taken_apart_when_it_is_sent_again(
    server: Running, publisher: Publisher, received: Puller
) -> None:
    batch = [*messages("0", "1"), OutgoingMessage(b"", {}), *messages("2")]
    with server.faults.fail("Publish", status="UNAVAILABLE", times=1):
        first, second, refused, last = publisher.publish(TOPIC, batch)
        for each in (first, second, last):
            publisher.confirm(each)
        with pytest.raises(PublishRefused):
            publisher.confirm(refused)
    assert sorted(texts(received.pull(3))) == ["0", "1", "2"]


def test_what_failed_is_not_overtaken_by_what_came_later_with_its_key(
    server: Running, publisher: Publisher, received: Puller
) -> None:
    with server.faults.fail("Publish", status="UNAVAILABLE", times=1):
        [first] = publisher.publish(TOPIC, messages("0", key="k"))
        wait_until(lambda: is_answered(first), what="the failure")
    [second] = publisher.publish(TOPIC, messages("1", key="k"))
    [other] = publisher.publish(TOPIC, messages("2", key="another"))
    assert second.request.call is None
    for each in (first, second, other):
        publisher.confirm(each)
    assert [each for each in texts(received.pull(3)) if each != "2"] == ["0", "1"]


def test_what_waited_for_its_key_is_sent_for_all_keys_at_the_same_time(
    server: Running, publisher: Publisher, received: Puller
) -> None:
    keys = ["a", "b", "c"]
    with server.faults.fail("Publish", status="UNAVAILABLE", times=3):
        failed = [publisher.publish(TOPIC, messages("0", key=key))[0] for key in keys]
        wait_until(lambda: all(map(is_answered, failed)), what="the failures")
    waiting = [publisher.publish(TOPIC, messages("1", key=key))[0] for key in keys]
    for each in failed:
        publisher.confirm(each)
    publisher.confirm(waiting[0])
    assert all(each.request.call is not None for each in waiting)
    for each in waiting:
        publisher.confirm(each)
    assert len(received.pull(6)) == 6


def test_nothing_is_kept_of_a_key_whose_messages_are_confirmed(
    publisher: Publisher, received: Puller
) -> None:
    def confirmed(customer: int) -> "weakref.ref[Request]":
        [sent] = publisher.publish(TOPIC, messages("0", key=f"customer-{customer}"))
        publisher.confirm(sent)
        return weakref.ref(sent.request)

    requests = [confirmed(customer) for customer in range(20)]
    gc.collect()
    assert [request() for request in requests] == [None] * 20
    assert len(received.pull(20)) == 20
