"""Where replayed events go: a topic, or the history alone."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from consumer.errors import PublishRefused
from consumer.message import OutgoingMessage
from consumer.publisher import Publication, Publisher
from tools.errors import BadInput
from tools.replay.selection import Selected
from tools.replay.stamp import stamped


class Refused(NamedTuple):
    """A message that the target does not take, and why."""

    selected: Selected
    problem: str


class Target(Protocol):
    """Takes one batch at a time."""

    def send(self, batch: Sequence[Selected]) -> None:
        """Send a batch on its way, and do not wait for it."""
        ...

    def confirm(self) -> Sequence[Refused]:
        """Wait until the batch that was sent is there for good; give what the target refused.

        May be called again after an outage: what is there is not sent again.

        Raises:
            DependencyDown: it is not confirmed yet.
            WorkerBroken: the target is missing, or may not be written to.
        """
        ...


class Topic:
    """Publishes to a topic."""

    def __init__(self, publisher: Publisher, topic: str, replay_id: str | None) -> None:
        """Publish to ``topic``; without a replay id messages go as they are, as dead letters do."""
        self._publisher = publisher
        self._topic = topic
        self._replay_id = replay_id
        self._batch: Sequence[Selected] = ()
        self._publications: dict[int, Publication] = {}
        """By the place in the batch."""
        self._refused: dict[int, str] = {}

    def send(self, batch: Sequence[Selected]) -> None:
        """Publish a batch, in as few requests as the limits allow."""
        self._batch, self._refused = batch, {}
        laid_out = [self._lay_out(place, each) for place, each in enumerate(batch)]
        messages = [each for each in laid_out if each is not None]
        places = [place for place, each in enumerate(laid_out) if each is not None]
        published = self._publisher.publish(self._topic, messages)
        self._publications = dict(zip(places, published, strict=True))

    def confirm(self) -> Sequence[Refused]:
        """Wait for the server; what it refuses is given back with the reason."""
        for place, publication in list(self._publications.items()):
            try:
                self._publisher.confirm(publication)
            except PublishRefused as error:
                self._refused[place] = str(error)
            del self._publications[place]
        return [Refused(self._batch[place], why) for place, why in sorted(self._refused.items())]

    def _lay_out(self, place: int, selected: Selected) -> OutgoingMessage | None:
        (entry, event), replay_id = selected, self._replay_id
        if event is None or replay_id is None:
            message = entry.message
            return OutgoingMessage(message.data, message.attributes, message.ordering_key)
        try:
            return stamped(entry.message, event, replay_id)
        except BadInput as error:
            self._refused[place] = str(error)
            return None
