"""What one stream holds: never beyond its lease, and nothing after the end."""

from datetime import UTC, datetime
from typing import Any

from google.cloud.pubsub_v1.subscriber.message import Message as GoogleMessage
from google.pubsub_v1.types import PubsubMessage

from consumer.subscriber import Inbox
from consumer.subscriber.scheduler import QueueScheduler


class World:
    """A scheduler, the inbox behind it, and a clock that the test owns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.inbox = Inbox(max_events=10, max_bytes=1000, linger=0)
        self.scheduler = QueueScheduler(self.inbox, max_lease_seconds=60, clock=lambda: self.now)

    def receive(self, text: str) -> None:
        message = PubsubMessage(data=text.encode(), publish_time=datetime.now(UTC))
        google = GoogleMessage(PubsubMessage.pb(message), text, 0, self.scheduler.queue)
        self.scheduler.schedule(lambda _: None, google)

    def waiting(self) -> list[str]:
        return [each.message.data.decode() for each in self.inbox.take(0)]

    def verdicts(self) -> list[tuple[str, str]]:
        found: list[Any] = []
        while not self.scheduler.queue.empty():
            found.append(self.scheduler.queue.get_nowait())
        return [(type(each).__name__, each.ack_id) for each in found]


def test_what_is_held_beyond_its_lease_makes_room_for_what_comes_instead() -> None:
    world = World()
    world.receive("old")
    world.now = 60
    world.receive("new")
    assert world.scheduler.held == 1
    assert world.waiting() == ["new"]
    assert world.verdicts() == []


def test_a_verdict_on_what_was_held_beyond_its_lease_goes_nowhere() -> None:
    world = World()
    world.receive("old")
    [old] = world.inbox.take(0)
    world.now = 60
    world.receive("new")
    old.ack()
    assert world.verdicts() == []


def test_after_everything_is_given_back_so_is_whatever_still_comes() -> None:
    world = World()
    world.receive("held")
    world.scheduler.release()
    world.receive("late")
    assert world.verdicts() == [("NackRequest", "held"), ("NackRequest", "late")]
    assert world.scheduler.shutdown() == []
