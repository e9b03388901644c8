"""What is held: one verdict each, room for so many, one of an ordering key at a time."""

from consumer.subscriber.limits import FlowLimits
from tests.unit.subscriber.recording import World, names


def test_what_comes_is_held_and_handed_on_in_order() -> None:
    world = World()
    world.receive("a", "b")
    assert world.names() == ["a", "b"]
    assert len(world.held) == 2


def test_only_the_first_verdict_counts() -> None:
    world = World()
    a, b = world.receive("a", "b")
    a.ack()
    a.nack()
    b.nack()
    b.ack()
    assert world.sent() == [("ack", ["id of a"]), ("0 s", ["id of b"])]
    assert len(world.held) == 0


def test_there_is_room_until_the_limit_of_messages_is_reached() -> None:
    world = World()
    world.receive("a", "b")
    assert world.held.wait_for_room(0)
    [c] = world.receive("c")
    assert not world.held.wait_for_room(0)
    c.ack()
    assert world.held.wait_for_room(0)


def test_there_is_room_until_the_limit_of_bytes_is_reached() -> None:
    world = World()
    [large] = world.receive("large", size=100)
    assert not world.held.wait_for_room(0)
    large.nack()
    assert world.held.wait_for_room(0)


def test_a_message_larger_than_the_limit_is_taken_when_nothing_else_is_held() -> None:
    world = World(FlowLimits(max_messages=3, max_bytes=5, max_lease_seconds=60))
    assert world.held.wait_for_room(0)
    world.receive("large", size=1_000)
    assert world.names() == ["large"]


def test_what_is_held_beyond_its_lease_is_forgotten_and_a_verdict_on_it_goes_nowhere() -> None:
    world = World()
    [old] = world.receive("old")
    world.held.expire([old])
    old.ack()
    assert len(world.held) == 0
    assert world.sent() == []


def test_after_the_end_everything_is_given_back_and_so_is_whatever_still_comes() -> None:
    world = World()
    world.receive("held")
    world.held.release()
    world.receive("late")
    assert world.names() == ["held"]
    assert world.sent() == [("0 s", ["id of held", "id of late"])]


def test_of_an_ordering_key_the_next_comes_when_the_one_before_is_acknowledged() -> None:
    world = World()
    a, b = world.receive("a", "b", key="customer")
    world.receive("other", key="another customer")
    assert world.names() == ["a", "other"]
    a.ack()
    assert world.names() == ["a", "other", "b"]
    b.ack()
    world.receive("c", key="customer")
    assert world.names() == ["a", "other", "b", "c"]


def test_what_is_behind_a_message_that_is_given_back_comes_again_after_it() -> None:
    world = World()
    a, _, _ = world.receive("a", "b", "c", key="customer")
    a.nack()
    assert len(world.held) == 0
    assert world.names() == ["a"]
    [again] = world.receive("a", key="customer")
    assert names([again]) == ["a"]
    assert sorted(world.sent()[0][1]) == ["id of a", "id of b", "id of c"]


def test_what_is_behind_a_message_whose_lease_ended_comes_again_after_it() -> None:
    world = World()
    a, _ = world.receive("a", "b", key="customer")
    world.held.expire([a])
    assert len(world.held) == 0
    assert world.sent() == [("0 s", ["id of b"])]


def test_messages_behind_a_key_count_towards_the_limit() -> None:
    world = World()
    world.receive("a", "b", "c", key="customer")
    assert len(world.held) == 3
    assert not world.held.wait_for_room(0)
