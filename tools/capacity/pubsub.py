"""What goes through Pub/Sub."""

from dataclasses import dataclass

from tools.capacity.inputs import PubSub
from tools.capacity.measured import EventCost
from tools.capacity.workers import WorkerNeed

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class PubSubNeed:
    """Messages, streams and bytes; MB are 1,000,000 bytes, counted as quotas and bills do."""

    alerts: float
    """Alerts a second."""
    streams: int
    """Streams that all workers open, while a version is rolled out."""
    published: float
    """MB/s of events and alerts published."""
    pulled: float
    """MB/s of events that the workers receive, and of alerts that their subscribers do."""
    stream_load: float
    """MB/s of events on one stream, as they are: the least size is no matter here."""

    @property
    def billed(self) -> float:
        """MB/s that are paid for: what is published, and each delivery."""
        return self.published + self.pulled


def pubsub_for(rate: float, workers: WorkerNeed, cost: EventCost, inputs: PubSub) -> PubSubNeed:
    """Count what ``rate`` events a second, and their alerts, are for Pub/Sub."""
    alerts = rate * cost.alert_share
    least = inputs.least_bytes / inputs.messages_a_request
    event = rate * max(inputs.event_bytes, least) / MEGABYTE
    alert = alerts * max(inputs.alert_bytes, least) / MEGABYTE
    return PubSubNeed(
        alerts=alerts,
        streams=workers.streams_in_rollout,
        published=event + alert,
        pulled=event + alert * inputs.alert_subscriptions,
        stream_load=rate * inputs.event_bytes / MEGABYTE / workers.streams,
    )
