"""Leases: extended in time, up to a maximum."""

from google.api_core.exceptions import ServiceUnavailable

from consumer.subscriber import Delivery
from consumer.subscriber.leases import LEASE_SECONDS, RENEW_SECONDS, Leases
from tests.unit.subscriber.recording import World, names

EXTENDED = f"{LEASE_SECONDS} s"


class Kept(World):
    """Messages that came at the moment 0, and somebody who looks after their leases."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.forgotten: set[Delivery] = set()
        self.leases = Leases(
            self.held, self.verdicts, forget=self.forgotten.update, clock=lambda: self.now
        )

    def look_at(self, now: float) -> list[tuple[str, list[str]]]:
        """Look once, and say what the server was asked by that."""
        before = len(self.client.calls)
        self.now = now
        self.leases.look()
        return self.client.calls[before:]


def test_a_lease_is_extended_when_it_is_half_over_and_then_again() -> None:
    kept = Kept()
    kept.receive("a")
    assert kept.look_at(RENEW_SECONDS - 1) == []
    assert kept.look_at(RENEW_SECONDS) == [(EXTENDED, ["id of a"])]
    assert kept.look_at(RENEW_SECONDS + 1) == []
    assert kept.look_at(2 * RENEW_SECONDS) == [(EXTENDED, ["id of a"])]


def test_what_has_its_verdict_is_not_extended() -> None:
    kept = Kept()
    a, _ = kept.receive("a", "b")
    a.ack()
    assert kept.look_at(RENEW_SECONDS) == [(EXTENDED, ["id of b"])]


def test_an_extension_that_failed_is_asked_for_at_the_next_look() -> None:
    kept = Kept()
    kept.receive("a")
    kept.client.raises.append(ServiceUnavailable("away"))
    assert kept.look_at(RENEW_SECONDS) == [(EXTENDED, ["id of a"])]
    assert kept.look_at(RENEW_SECONDS + 1) == [(EXTENDED, ["id of a"])]


def test_what_was_held_for_the_longest_lease_makes_room_for_what_comes_instead() -> None:
    kept = Kept()
    kept.receive("a", "b", "c")
    assert kept.look_at(60) == []
    assert sorted(names(list(kept.forgotten))) == ["a", "b", "c"]
    assert kept.held.wait_for_room(0)
