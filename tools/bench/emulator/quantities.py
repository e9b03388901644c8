"""What is measured of a Pub/Sub server; the targets are for the embedded one."""

from tools.bench.emulator.servers import EMBEDDED
from tools.bench.quantities import Quantity, Target

RATE = "messages/s"
_AIMED = (EMBEDDED,)

PUBLISH_BATCHED = Quantity(
    "publish_batched", "publish by 100, raw stub", RATE, Target(12_000), _AIMED
)
PUBLISH_SINGLE = Quantity("publish_single", "publish one by one, raw stub", RATE)
PUBLISH_GOOGLE = Quantity("publish_google", "publish, PublisherClient", RATE)
STREAM_1 = Quantity("streaming_pull_1", "receive and ack, 1 stream", RATE, Target(9_000), _AIMED)
STREAM_8 = Quantity("streaming_pull_8", "receive and ack, 8 streams", RATE)
STREAM_GOOGLE = Quantity("streaming_pull_google", "receive and ack, SubscriberClient", RATE)
PULL_100 = Quantity("pull_100", "pull 100 and ack", RATE)
START_UP = Quantity("start_up", "start to first answer", "s", Target(1.0, at_most=True), _AIMED)
MEMORY_EMPTY = Quantity("memory_empty", "memory, just started", "MiB")
MEMORY_BACKLOG = Quantity("memory_backlog", "memory with the backlog", "MiB")
MEMORY_DRAINED = Quantity("memory_drained", "memory, backlog drained", "MiB")
GIVEN_BACK = Quantity("memory_given_back", "memory given back", "%", Target(70), _AIMED)

ALL = (
    PUBLISH_BATCHED,
    PUBLISH_SINGLE,
    PUBLISH_GOOGLE,
    STREAM_1,
    STREAM_8,
    STREAM_GOOGLE,
    PULL_100,
    START_UP,
    MEMORY_EMPTY,
    MEMORY_BACKLOG,
    MEMORY_DRAINED,
    GIVEN_BACK,
)
