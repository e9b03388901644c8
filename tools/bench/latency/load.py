"""What the load process does: publish each event by itself, and see when its alert comes.

Publisher and listener share one connection and use raw stubs, some 200 µs of this process an event.
"""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count

import grpc

from consumer.message import OutgoingMessage
from tools.bench.errors import LoadFailed, translated
from tools.bench.latency.alerts import event_id_of, latencies
from tools.bench.latency.listener import ANSWER_SECONDS, Listener
from tools.emulator import wire

LEAD_SECONDS = 0.01
"""From making the schedule to its first event."""
ALERT_SECONDS = 20.0
"""How long an alert may take."""

_PROBE = "churn-bench-probe"


@dataclass(frozen=True, slots=True)
class Line:
    """From the topic of the events to the subscription of the alerts; all by their full names."""

    address: str
    input_topic: str
    alert_topic: str
    alert_subscription: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, in the order of the events."""

    latencies: Sequence[float]
    lateness: Sequence[float]
    """How much later than its scheduled moment each event was published."""


@dataclass(slots=True)
class _Client:
    """Publishes without waiting, and remembers since when each alert is waited for."""

    send: grpc.UnaryUnaryMultiCallable
    listener: Listener
    earlier: int
    """What the listener had heard before the first event."""
    started: dict[str, float] = field(default_factory=dict)
    confirmations: list[grpc.Future] = field(default_factory=list)

    def publish(self, event: OutgoingMessage, request: bytes, moment: float) -> None:
        self.started[event.attributes["ce-id"]] = moment
        self.confirmations.append(self.send.future(request, timeout=ANSWER_SECONDS))

    def all_heard(self) -> bool:
        """Whether an alert came for each event, after a wait for those that are missing.

        Raises:
            grpc.RpcError: a publication was refused.
        """
        while self.confirmations:
            self.confirmations.pop().result()
        expected = self.earlier + len(self.started)
        return len(self.listener.wait(expected, ALERT_SECONDS)) >= expected

    def measured(self) -> list[float]:
        """Give the latency of each event.

        Raises:
            NotOneAlertEach: an event has no alert or several.
        """
        heard = self.listener.wait(0, 0)[self.earlier :]
        return latencies(
            self.started,
            [(event_id_of(one.message.data, one.message.attributes), one.moment) for one in heard],
        )


def one_by_one(
    line: Line, events: Sequence[OutgoingMessage], *, pause: float, left_over: int = 0
) -> list[float]:
    """Publish each event ``pause`` seconds after the alert of the one before; give the seconds.

    Args:
        line: where.
        events: which, in order.
        pause: from an alert to the next event.
        left_over: how many alerts of earlier events wait to be heard; they are not counted.

    Raises:
        LoadFailed: the server does not answer, or refuses.
        NotOneAlertEach: an alert does not come, or comes twice.
    """
    with _opened(line, left_over) as client:
        for event in events:
            request = _request(line.input_topic, event)
            client.publish(event, request, time.perf_counter())
            if not client.all_heard():
                break
            time.sleep(pause)
        return client.measured()


def at_rate(line: Line, events: Sequence[OutgoingMessage], *, rate: float) -> Measured:
    """Publish ``rate`` events a second, each at its scheduled moment, whatever became of others.

    Latencies count from the scheduled moment, so that what this process is late is in them.

    Raises:
        LoadFailed: the server does not answer, or refuses.
        NotOneAlertEach: an alert does not come, or comes twice.
    """
    requests = [_request(line.input_topic, event) for event in events]
    lateness: list[float] = []
    with _opened(line) as client:
        begin = time.perf_counter() + LEAD_SECONDS
        for event, request, number in zip(events, requests, count()):
            due = begin + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            lateness.append(time.perf_counter() - due)
            client.publish(event, request, due)
        client.all_heard()
        return Measured(client.measured(), lateness)


@contextmanager
def _opened(line: Line, left_over: int = 0) -> Iterator[_Client]:
    """Connect and listen; a probe shows that the stream is open before an event needs it."""
    with (
        _uncollected(),
        translated(line.address),
        grpc.insecure_channel(line.address) as channel,
        closing(Listener(channel, line.alert_subscription)) as listener,
    ):
        send = channel.unary_unary("/google.pubsub.v1.Publisher/Publish")
        probe = OutgoingMessage(b"", {_PROBE: "1"})
        send(_request(line.alert_topic, probe), timeout=ANSWER_SECONDS)
        heard = listener.wait(left_over + 1, ANSWER_SECONDS)
        probes = sum(dict(one.message.attributes) == probe.attributes for one in heard)
        if (len(heard), probes) != (left_over + 1, 1):
            raise LoadFailed(
                f"{len(heard) - probes} alerts of earlier events are left, not {left_over}, and "
                f"{'the' if probes else 'no'} probe came"
            )
        yield _Client(send, listener, earlier=len(heard))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector off what was imported, so that it does not stop the clock."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _request(topic: str, message: OutgoingMessage) -> bytes:
    """Write the request that publishes one message."""
    sent = wire.PubsubMessage(data=message.data, attributes=dict(message.attributes))
    return bytes(wire.PublishRequest(topic=topic, messages=[sent]).SerializeToString())
