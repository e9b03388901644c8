"""The server in a background thread, and what it answers beyond the contract."""

import socket
from collections.abc import Iterator

import grpc
import pytest
from google.api_core.exceptions import MethodNotImplemented
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from consumer.errors import BadSettings
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish, texts
from tools.emulator import serve


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")

TOPIC = "projects/test/topics/updates"
SUBSCRIPTION = "projects/test/subscriptions/worker"


@pytest.fixture
def server() -> Iterator[PubSub]:
    """Give a server in this process, with a topic."""
    with serve() as running:
        server = PubSub("embedded", running.address)
        server.publisher().create_topic(name=TOPIC)
        yield server
        server.close()


def test_a_server_takes_a_free_port_and_says_which(server: PubSub) -> None:
    host, _, port = server.address.partition(":")

    assert host == "127.0.0.1"
    assert int(port) > 0


def test_a_served_topic_delivers(server: PubSub) -> None:
    subscription = Puller.create(server.subscriber(), name=SUBSCRIPTION, topic=TOPIC)

    publish(server.publisher(), TOPIC, "hello")

    assert texts(subscription.pull(1)) == ["hello"]


def test_two_servers_in_one_process_know_nothing_of_each_other(server: PubSub) -> None:
    with serve() as running:
        other = PubSub("embedded", running.address)

        assert list(other.publisher().list_topics(project="projects/test")) == []
        assert len(list(server.publisher().list_topics(project="projects/test"))) == 1
        other.close()


def test_a_taken_port_is_refused_with_what_to_do(server: PubSub) -> None:
    port = int(server.address.partition(":")[2])

    with pytest.raises(BadSettings, match=rf"127.0.0.1:{port}.*--port"), serve(port=port):
        pass


def test_a_host_that_is_not_here_is_refused() -> None:
    with pytest.raises(BadSettings, match="--host"), serve(host="192.0.2.1"):
        pass


@pytest.mark.parametrize("host", ["", "with\0zero"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(BadSettings, match="--host"), serve(host=host):
        pass


@pytest.mark.parametrize("port", [-1, 65_536])
def test_what_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(BadSettings, match=f"port {port}.*--port"), serve(port=port):
        pass


@needs_ipv6
def test_a_server_listens_on_an_ipv6_address() -> None:
    with serve(host="::1") as running:
        server = PubSub("embedded", running.address)

        assert running.address.startswith("[::1]:")
        assert list(server.publisher().list_topics(project="projects/test")) == []
        server.close()


@needs_ipv6
def test_a_taken_port_of_an_ipv6_address_is_refused() -> None:
    with serve(host="::1") as running:
        port = int(running.address.rpartition(":")[2])

        with pytest.raises(BadSettings, match=rf"\[::1\]:{port}: Address already in use"):
            serve(host="::1", port=port).__enter__()


def test_an_open_stream_ends_as_unavailable_when_the_server_stops() -> None:
    with serve() as running:
        server = PubSub("embedded", running.address)
        publisher = server.publisher()
        publisher.create_topic(name=TOPIC)
        Puller.create(server.subscriber(), name=SUBSCRIPTION, topic=TOPIC)
        stream = server.stream(SUBSCRIPTION)
        publish(publisher, TOPIC, "it is open")
        stream.wait_for(1)

    with stream:
        assert stream.wait_for_status() == grpc.StatusCode.UNAVAILABLE
    server.close()


def test_what_is_missing_is_said_in_words(server: PubSub) -> None:
    subscriber: SubscriberClient = server.subscriber()

    with pytest.raises(MethodNotImplemented, match="does not have push subscriptions"):
        subscriber.modify_push_config(subscription=SUBSCRIPTION, push_config={})


@pytest.mark.parametrize(
    "setting",
    [
        {"cloud_storage_config": {"bucket": "archive"}},
        {"push_config": {"push_endpoint": "https://example.com"}},
        {"bigquery_config": {"table": "project.dataset.table"}},
    ],
)
def test_a_setting_that_would_have_no_effect_is_refused(
    server: PubSub, setting: dict[str, object]
) -> None:
    with pytest.raises(MethodNotImplemented, match="the embedded emulator does not"):
        Puller.create(server.subscriber(), name=SUBSCRIPTION, topic=TOPIC, **setting)


def test_a_topic_that_ingests_is_refused(server: PubSub) -> None:
    publisher: PublisherClient = server.publisher()
    request = {
        "name": "projects/test/topics/ingesting",
        "ingestion_data_source_settings": {"cloud_storage": {"bucket": "bucket"}},
    }

    with pytest.raises(MethodNotImplemented, match="ingestion_data_source_settings"):
        publisher.create_topic(request=request)


def test_a_subscription_tells_how_long_its_topic_retains(server: PubSub) -> None:
    topic = "projects/test/topics/retaining"
    server.publisher().create_topic(request={"name": topic, "message_retention_duration": "600s"})

    created = server.subscriber().create_subscription(name=SUBSCRIPTION, topic=topic)

    assert created.topic_message_retention_duration.seconds == 600
