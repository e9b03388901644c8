"""All snapshots of the server, by name."""

from collections.abc import Mapping

from tools.emulator.broker import Broker
from tools.emulator.clock import Clock
from tools.emulator.errors import AlreadyExists, FailedPrecondition, NotFound
from tools.emulator.names import DELETED_TOPIC, project_of
from tools.emulator.snapshot import Snapshot, expiry


class Snapshots:
    """The registry of the snapshots that have not expired."""

    def __init__(self, broker: Broker, *, clock: Clock) -> None:
        self._broker = broker
        self._clock = clock
        self._snapshots: dict[str, Snapshot] = {}

    def names(self, project: str) -> list[str]:
        """Name the snapshots of ``projects/PROJECT``."""
        self._drop_expired()
        return [name for name in self._snapshots if name.startswith(f"{project}/")]

    def find(self, name: str) -> Snapshot:
        """Find a snapshot.

        Raises:
            NotFound: there is none of that name, or it has expired.
        """
        self._drop_expired()
        if name not in self._snapshots:
            raise NotFound(f"no snapshot {name}: create it first; snapshots expire")
        return self._snapshots[name]

    def create(self, name: str, subscription_name: str, labels: Mapping[str, str]) -> Snapshot:
        """Take a snapshot of a subscription; without a name it gets one in the same project.

        Raises:
            AlreadyExists: there is one of that name.
            NotFound: the subscription does not exist.
            FailedPrecondition: the subscription is detached, or its backlog too old.
        """
        self._drop_expired()
        if name in self._snapshots:
            raise AlreadyExists(f"snapshot {name} exists already")
        subscription = self._broker.subscription(subscription_name)
        subscription.check_attached()
        now, messages = self._clock(), subscription.unacknowledged()
        snapshot = Snapshot(
            name=name or self._new_name(subscription_name),
            topic=subscription.settings.topic,
            created=now,
            expire_time=expiry(messages, now),
            labels=labels,
            unacknowledged={message.number: message for message in messages},
        )
        self._broker.attach_snapshot(snapshot)
        self._snapshots[snapshot.name] = snapshot
        return snapshot

    def delete(self, name: str) -> None:
        """Delete a snapshot, and drop what it alone retains.

        Raises:
            NotFound: there is none of that name.
        """
        self._forget(self.find(name))

    def seek(self, subscription_name: str, name: str) -> None:
        """Give a subscription the state that a snapshot captured.

        Raises:
            NotFound: the subscription or the snapshot does not exist.
            FailedPrecondition: they are not of the same topic, or the subscription is detached.
        """
        subscription, snapshot = self._broker.subscription(subscription_name), self.find(name)
        subscription.check_attached()
        topic = subscription.settings.topic
        if snapshot.topic != topic or topic == DELETED_TOPIC:
            raise FailedPrecondition(
                f"{name} is a snapshot of {snapshot.topic}, but {subscription_name} is a"
                f" subscription of {topic}: both must be of one topic"
            )
        subscription.restore(snapshot.unacknowledged)

    def _new_name(self, subscription_name: str) -> str:
        project = project_of(subscription_name)
        return f"projects/{project}/snapshots/snapshot-{self._broker.new_number()}"

    def _drop_expired(self) -> None:
        now = self._clock()
        for snapshot in list(self._snapshots.values()):
            if snapshot.expired(now):
                self._forget(snapshot)

    def _forget(self, snapshot: Snapshot) -> None:
        del self._snapshots[snapshot.name]
        self._broker.detach_snapshot(snapshot)
