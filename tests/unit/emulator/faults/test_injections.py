"""When a fault strikes: as its rule says, and the same under a seed."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tools.emulator.faults import Faults
from tools.emulator.faults.calls import Verdict, judge
from tools.emulator.faults.rules import (
    AmbiguousPublishes,
    AnyFault,
    Delay,
    Fail,
    Pause,
)

TOPIC = "projects/bank/topics/updates"
OTHER = "projects/bank/topics/alerts"

rules = st.builds(
    Fail,
    rpc=st.sampled_from(["Publish", "Pull"]),
    topic=st.sampled_from(["", "updates", OTHER]),
    after=st.integers(0, 5),
    every=st.integers(1, 4),
    share=st.sampled_from([0.1, 0.5, 1.0]),
    times=st.none() | st.integers(1, 5),
) | st.builds(AmbiguousPublishes, share=st.sampled_from([0.3, 1.0]))
calls = st.lists(
    st.tuples(st.sampled_from(["Publish", "Pull"]), st.sampled_from([TOPIC, OTHER])), max_size=60
)


def struck(
    given_rules: Sequence[AnyFault], asked: Sequence[tuple[str, str]], seed: int
) -> list[list[int]]:
    """Give how often each rule had struck, after each call."""
    faults = Faults(seed=seed)
    injections = [faults.begin(rule) for rule in given_rules]
    result = []
    for rpc, topic in asked:
        judge(faults, rpc, (topic,))
        result.append([each.injected for each in injections])
    return result


def times_struck(rule: AnyFault, occasions: int, *, seed: int = 0) -> list[bool]:
    injection = Faults(seed=seed).begin(rule)
    return [injection.strikes() for _ in range(occasions)]


@given(st.lists(rules, min_size=1, max_size=4), calls, st.integers())
def test_the_same_seed_and_the_same_calls_give_the_same_faults(
    given_rules: list[AnyFault], asked: list[tuple[str, str]], seed: int
) -> None:
    assert struck(given_rules, asked, seed) == struck(given_rules, asked, seed)


@given(st.lists(rules, min_size=2, max_size=4, unique=True), calls, st.integers(), st.data())
def test_a_rule_that_is_left_out_changes_nothing_about_the_others(
    given_rules: list[AnyFault], asked: list[tuple[str, str]], seed: int, data: st.DataObject
) -> None:
    left_out = data.draw(st.integers(0, len(given_rules) - 1))
    others = [rule for position, rule in enumerate(given_rules) if position != left_out]

    expected = [
        [count for position, count in enumerate(counts) if position != left_out]
        for counts in struck(given_rules, asked, seed)
    ]

    assert struck(others, asked, seed) == expected


def test_another_seed_gives_other_faults() -> None:
    rule = Fail(rpc="Publish", share=0.5)
    assert times_struck(rule, 64, seed=1) != times_struck(rule, 64, seed=2)


def test_two_equal_rules_have_dice_of_their_own() -> None:
    faults, rule = Faults(), Fail(rpc="Publish", share=0.5)
    first, second = faults.begin(rule), faults.begin(rule)
    assert [first.strikes() for _ in range(64)] != [second.strikes() for _ in range(64)]


def test_a_rule_that_says_no_more_strikes_at_every_occasion() -> None:
    assert times_struck(Fail(rpc="Publish"), 3) == [True, True, True]


def test_a_rule_strikes_so_many_times() -> None:
    assert times_struck(Fail(rpc="Publish", times=2), 4) == [True, True, False, False]


def test_a_rule_strikes_at_each_so_many_th_occasion_after_the_first_ones() -> None:
    struck_at = times_struck(Fail(rpc="Publish", after=1, every=2), 7)
    assert struck_at == [False, False, True, False, True, False, True]


def test_a_share_is_about_kept() -> None:
    assert 150 < sum(times_struck(Fail(rpc="Publish", share=0.2), 1_000)) < 250


def test_a_pause_strikes_as_long_as_it_lasts() -> None:
    assert times_struck(Pause(), 3) == [True, True, True]


def test_a_rule_of_a_topic_is_not_asked_about_others() -> None:
    faults = Faults()
    injection = faults.begin(Fail(rpc="Publish", topic="updates"))

    assert judge(faults, "Publish", (OTHER,)) == Verdict()
    assert judge(faults, "Pull", (TOPIC,)) == Verdict()
    assert judge(faults, "Publish", (TOPIC,)) == Verdict(refuse="UNAVAILABLE")
    assert (injection.asked, injection.injected) == (1, 1)


def test_where_several_rules_strike_delays_add_up_and_the_first_answers() -> None:
    faults = Faults()
    for rule in (
        Delay(rpc="Publish", seconds=1),
        Delay(rpc="Publish", seconds=2),
        Fail(rpc="Publish", status="INTERNAL"),
        Fail(rpc="Publish", status="ABORTED"),
        AmbiguousPublishes(status="DEADLINE_EXCEEDED"),
    ):
        faults.begin(rule)

    assert judge(faults, "Publish", ()) == Verdict(3, "INTERNAL", "DEADLINE_EXCEEDED")
    assert [each.injected for each in faults.injections] == [1] * 5


def test_a_rule_that_has_ended_is_not_asked() -> None:
    faults = Faults()
    injection = faults.begin(Fail(rpc="Publish"))
    faults.end(injection)
    faults.end(injection)

    assert judge(faults, "Publish", ()) == Verdict()
    assert injection.asked == 0
