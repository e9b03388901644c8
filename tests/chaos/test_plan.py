"""The plan of a chaos run is decided by its seed, and leaves no kind of trouble out."""

from itertools import pairwise

from tests.chaos.plan import AT_ONCE, OUTAGES, Kind, make_plan

SECONDS = 120


def test_the_same_seed_gives_the_same_plan() -> None:
    assert make_plan(7, SECONDS) == make_plan(7, SECONDS)
    assert make_plan(7, SECONDS) != make_plan(8, SECONDS)


def test_every_kind_of_trouble_comes_and_both_workers_are_struck() -> None:
    for seed in range(20):
        plan = make_plan(seed, SECONDS)
        assert {each.kind for each in plan} == set(Kind)
        assert {each.worker for each in plan if each.kind is Kind.KILL} == {0, 1}


def test_workers_are_killed_every_few_seconds() -> None:
    kills = [each.at for each in make_plan(1, SECONDS) if each.kind is Kind.KILL]
    assert all(5 <= later - earlier <= 10 for earlier, later in pairwise(kills))


def test_outages_take_turns_and_everything_is_over_in_time() -> None:
    plan = make_plan(1, SECONDS)
    outages = [each for each in plan if each.kind in OUTAGES.kinds]
    assert all(earlier.until < later.at for earlier, later in pairwise(outages))
    assert all(each.until <= SECONDS for each in plan)
    assert all((each.seconds == 0) == (each.kind in AT_ONCE) for each in plan)


def test_kinds_that_are_left_out_change_nothing_about_the_other_tracks() -> None:
    whole = make_plan(1, SECONDS)
    without_kills = make_plan(1, SECONDS, set(Kind) - {Kind.KILL})
    assert without_kills == tuple(each for each in whole if each.kind is not Kind.KILL)
