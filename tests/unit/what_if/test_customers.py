"""A customer is read once, as long as there is room for it."""

from collections.abc import Sequence

from consumer.ports import Profiles
from tests.builders import RecordedProfiles, profile
from tools.what_if.customers import RememberedProfiles


def bank(size: int = 10) -> RecordedProfiles:
    return RecordedProfiles({each: profile(each) for each in range(size)})


def ids(found: object) -> Sequence[int]:
    assert isinstance(found, dict)
    return sorted(found)


def test_a_customer_is_asked_for_once_and_so_is_one_that_is_not_known() -> None:
    asked = bank()
    profiles = RememberedProfiles(lambda: asked)
    assert ids(profiles.lookup([1, 2, 404])) == [1, 2]
    assert ids(profiles.lookup([2, 3, 404])) == [2, 3]
    assert ids(profiles.lookup([1, 2, 3])) == [1, 2, 3]
    assert asked.queries == [[1, 2, 404], [3]]


def test_the_database_is_opened_when_it_is_first_needed_and_once() -> None:
    opened: list[Profiles] = []

    def open_profiles() -> Profiles:
        opened.append(bank())
        return opened[-1]

    profiles = RememberedProfiles(open_profiles)
    assert profiles.lookup([]) == {}
    assert opened == []
    profiles.lookup([1])
    profiles.lookup([2])
    assert len(opened) == 1


def test_where_there_is_no_room_those_read_first_are_forgotten_but_none_that_is_asked_for() -> None:
    asked = bank()
    profiles = RememberedProfiles(lambda: asked, most=3)
    profiles.lookup([1, 2, 3])
    assert ids(profiles.lookup([1, 4, 5])) == [1, 4, 5]
    assert ids(profiles.lookup([1, 4, 5])) == [1, 4, 5]
    assert asked.queries == [[1, 2, 3], [4, 5]]
    assert ids(profiles.lookup([0, 6, 7, 8])) == [0, 6, 7, 8], "more than there is room for"
