"""Many publishers and many streams at once: nothing is lost, and nothing comes twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import google.pubsub_v1 as api

from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller
from tests.pubsub_stream import OpenStream
from tests.wait import wait_until
from tools.emulator import serve

PUBLISHERS = 8
STREAMS = 8
BATCHES = 10
BATCH = [api.PubsubMessage(data=b"text")] * 50
ALL = PUBLISHERS * BATCHES * len(BATCH)
TOPIC = "projects/test/topics/updates"


def test_under_load_every_message_comes_once_while_leases_hold() -> None:
    with ExitStack() as stack:
        server = PubSub("embedded", stack.enter_context(serve()).address)
        stack.callback(server.close)
        publisher = server.publisher()
        publisher.create_topic(name=TOPIC)
        name = "projects/test/subscriptions/worker"
        Puller.create(server.subscriber(), name=name, topic=TOPIC)
        streams = [
            stack.enter_context(server.stream(name, max_outstanding_messages=100))
            for _ in range(STREAMS)
        ]
        publishers = stack.enter_context(ThreadPoolExecutor(PUBLISHERS))

        for _ in range(PUBLISHERS * BATCHES):
            publishers.submit(api.PublisherClient.publish, publisher, topic=TOPIC, messages=BATCH)
        acknowledged = dict.fromkeys(range(STREAMS), 0)
        wait_until(lambda: acknowledge(streams, acknowledged) == ALL, what=f"{ALL} messages")

        received = [each for stream in streams for each in stream.received]
        assert set(Counter(each.message.message_id for each in received).values()) == {1}
        assert len(received) == ALL


def acknowledge(streams: list[OpenStream], acknowledged: dict[int, int]) -> int:
    """Acknowledge what has come since the last time; give how many messages there are by now."""
    for number, stream in enumerate(streams):
        if new := stream.received[acknowledged[number] :]:
            stream.ack(new)
            acknowledged[number] += len(new)
    return sum(acknowledged.values())
