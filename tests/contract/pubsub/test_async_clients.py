"""Google's asynchronous clients ("Pub/Sub client libraries")."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import grpc.aio
import pytest
from google.api_core.exceptions import NotFound
from google.pubsub_v1 import PublisherAsyncClient, SubscriberAsyncClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcAsyncIOTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcAsyncIOTransport
from google.pubsub_v1.types import ReceivedMessage, StreamingPullRequest

from tests.conformance.marks import documented
from tests.pubsub_fixtures import PubSub

pytestmark = documented("Pub/Sub client libraries")

DEADLINE = 20.0


@dataclass(frozen=True)
class Clients:
    """Both clients on one channel, and a topic with a subscription."""

    publisher: PublisherAsyncClient
    subscriber: SubscriberAsyncClient
    topic: str
    subscription: str

    async def publish(self, *data: bytes) -> list[str]:
        """Publish messages in one request, and give their ids."""
        messages = [{"data": each} for each in data]
        request = {"topic": self.topic, "messages": messages}
        return list((await self.publisher.publish(request=request)).message_ids)


def with_clients(pubsub: PubSub, work: Callable[[Clients], Awaitable[None]]) -> None:
    """Run ``work`` on an event loop with clients that are closed after it."""

    async def run() -> None:
        project = f"projects/{pubsub.project()}"
        async with grpc.aio.insecure_channel(pubsub.address) as channel:
            clients = Clients(
                PublisherAsyncClient(transport=PublisherGrpcAsyncIOTransport(channel=channel)),
                SubscriberAsyncClient(transport=SubscriberGrpcAsyncIOTransport(channel=channel)),
                f"{project}/topics/updates",
                f"{project}/subscriptions/worker",
            )
            await clients.publisher.create_topic(name=clients.topic)
            await clients.subscriber.create_subscription(
                name=clients.subscription, topic=clients.topic
            )
            await work(clients)

    asyncio.run(asyncio.wait_for(run(), DEADLINE))


def test_the_asynchronous_publisher_publishes_and_the_subscriber_pulls(pubsub: PubSub) -> None:
    async def work(clients: Clients) -> None:
        ids = await clients.publish(b"1", b"2")

        request = {"subscription": clients.subscription, "max_messages": 10}
        received: list[ReceivedMessage] = []
        while len(received) < 2:
            received += (await clients.subscriber.pull(request=request)).received_messages
        await clients.subscriber.acknowledge(
            subscription=clients.subscription, ack_ids=[each.ack_id for each in received]
        )

        assert sorted(each.message.message_id for each in received) == sorted(ids)

    with_clients(pubsub, work)


def test_the_asynchronous_subscriber_pulls_by_a_stream(pubsub: PubSub) -> None:
    async def work(clients: Clients) -> None:
        enough = asyncio.Event()

        async def requests() -> AsyncIterator[StreamingPullRequest]:
            yield StreamingPullRequest(
                subscription=clients.subscription, stream_ack_deadline_seconds=60
            )
            await enough.wait()

        received: list[bytes] = []
        stream = await clients.subscriber.streaming_pull(requests=requests())
        await clients.publish(b"1", b"2", b"3")
        async for response in stream:
            received += [each.message.data for each in response.received_messages]
            if len(received) == 3:
                break
        enough.set()

        assert sorted(received) == [b"1", b"2", b"3"]

    with_clients(pubsub, work)


def test_the_asynchronous_clients_list_in_pages(pubsub: PubSub) -> None:
    async def work(clients: Clients) -> None:
        project = clients.topic.partition("/topics/")[0]
        names = {f"{project}/topics/topic-{number}" for number in range(3)}
        for name in names:
            await clients.publisher.create_topic(name=name)

        pages = await clients.publisher.list_topics(request={"project": project, "page_size": 2})

        assert {topic.name async for topic in pages} == {*names, clients.topic}

    with_clients(pubsub, work)


def test_the_asynchronous_clients_raise_what_the_server_refuses(pubsub: PubSub) -> None:
    async def work(clients: Clients) -> None:
        await clients.publisher.delete_topic(topic=clients.topic)

        with pytest.raises(NotFound):
            await clients.publish(b"lost")

    with_clients(pubsub, work)
