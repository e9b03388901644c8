"""What a subscription still owes, also where somebody who is dead holds the lease."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from google.pubsub_v1.types import PubsubMessage

from tests.functional.bank import Bank

ACK_DEADLINE_SECONDS = 60


@dataclass(frozen=True)
class Auditor:
    """A second subscription of the input topic, opened before anything is published.

    Pulling from the worker's own subscription shows only what nobody has a lease of. A snapshot
    holds whatever is unacknowledged ("Replay and purge messages with seek", Pub/Sub documentation),
    and this subscription delivers it once it is sought to that snapshot.
    """

    bank: Bank

    @property
    def name(self) -> str:
        """Its id."""
        return f"{self.bank.stack.names.subscription}-auditor"

    def unacknowledged(self) -> Sequence[PubsubMessage]:
        """Give each event that the worker's subscription holds as unacknowledged at this moment."""
        names, client = self.bank.stack.names, self.bank.stack.pubsub.subscriber
        snapshot = f"projects/{names.project}/snapshots/{self.name}"
        client.create_snapshot(
            name=snapshot, subscription=names.subscription_path(names.subscription)
        )
        try:
            path = names.subscription_path(self.name)
            client.seek(request={"subscription": path, "snapshot": snapshot})
        finally:
            client.delete_snapshot(snapshot=snapshot)
        return self.bank.take_all(self.name)


@contextmanager
def audited(bank: Bank) -> Iterator[Auditor]:
    """Watch the subscription of a bank's workers; nothing may be published before."""
    auditor, names = Auditor(bank), bank.stack.names
    path = names.subscription_path(auditor.name)
    bank.stack.pubsub.subscriber.create_subscription(
        request={
            "name": path,
            "topic": names.topic(names.input_topic),
            "ack_deadline_seconds": ACK_DEADLINE_SECONDS,
        }
    )
    try:
        yield auditor
    finally:
        bank.stack.pubsub.subscriber.delete_subscription(subscription=path)
