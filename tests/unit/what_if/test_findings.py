"""What is told of a comparison: distribution, volume, movers, and words about them."""

from dataclasses import replace
from datetime import date

import pytest

from consumer.errors import DatabaseDown
from tests.unit.what_if.pairs import ABOUT, entries, event, found, tally
from tools.errors import BadInput
from tools.what_if.findings import findings
from tools.what_if.summary import summary
from tools.what_if.truth import nobody_knows
from tools.what_if.volume import Peak

GERMANS = [event(each, age=35, pays="Allemagne") for each in range(100, 200)]
FRENCH = [event(each, age=30) for each in range(200, 400)]
"""The candidate alerts about the first, and the current model about none of them."""

MIXED = [*GERMANS, *FRENCH]


def test_quantiles_and_mean_are_exact_to_a_thousandth() -> None:
    differences = found(MIXED).differences
    quantiles = differences.quantiles()
    assert (quantiles[0.0], quantiles[0.5], quantiles[0.75], quantiles[1.0]) == (0, 0, 0.2, 0.2)
    assert differences.mean == pytest.approx(0.2 / 3)
    assert differences.moved(0.2) == pytest.approx(1 / 3)
    assert differences.moved(0.201) == 0


def test_the_peak_is_the_first_of_the_busiest_days_and_the_mean_is_over_days_with_events() -> None:
    times = ("2024-05-01T10:00:00Z", "2024-05-01T11:00:00Z", "2024-05-04T10:00:00Z")
    volume = found(
        [
            *(event(1, age=age, time=time) for age, time in zip((60, 60, 60), times, strict=True)),
            event(2, age=40, pays="Allemagne", time="2024-05-04T09:00:00Z"),
        ]
    ).volume
    assert [each.events for each in volume.days] == [2, 2]
    assert volume.peak_current == Peak(date(2024, 5, 1), 2)
    assert volume.peak_candidate == Peak(date(2024, 5, 1), 2)
    assert (volume.mean_current, volume.mean_candidate) == (1.5, 2.0)


def test_the_twenty_that_move_most_come_once_each_with_reasons_and_both_decisions() -> None:
    batch = [event(each, age=40, pays="Allemagne") for each in range(30)]
    batch += [event(each, age=90, pays="Allemagne", balance=1.0) for each in (50, 51)]
    movers = found(batch).movers
    assert [each.id_client for each in movers] == list(range(20)), "0.1 of 50 and 51 is less"
    first = movers[0]
    assert first.current == 0.4
    assert first.candidate == pytest.approx(0.6)
    assert (first.before, first.after) == ("silent", "high")
    assert [reason.feature for reason in first.reasons] == ["PAYS"]
    assert first.reasons[0].contribution > 0


def test_who_moved_before_and_not_by_its_newest_event_is_no_mover() -> None:
    batch = [
        event(1, pays="Allemagne", time="2024-05-01T10:00:00Z"),
        event(1, pays="France", time="2024-05-01T11:00:00Z"),
    ]
    assert found(batch).movers == []


def test_no_message_that_can_be_compared_is_an_error_that_says_why() -> None:
    with pytest.raises(BadInput, match=r"none of 1 messages could be compared, such as message 1"):
        found([event(1, age=-1)])
    with pytest.raises(BadInput, match="none of 0 messages"):
        found([])


def test_the_summary_says_what_changes_and_how_many_alerts_there_would_be() -> None:
    said = summary(found(MIXED))
    assert said.changes.startswith(
        "Of 300 events 100 (33.3 %) would be decided otherwise: 100 new alerts, 0 alerts lost"
    )
    assert said.alerts.startswith(
        "The candidate would send 100.0 alerts a day instead of 0.0 (+100.0; mean over the one"
    )
    assert any(line.startswith("Allemagne: 100.0 % of its events") for line in said.look_at)


def test_where_no_truth_is_known_it_says_so_and_gives_no_verdict() -> None:
    said = summary(found(MIXED))
    assert said.verdict == "Whether the candidate is better cannot be told from these events."
    assert said.truth == (
        "Of none of the 300 customers is it known whether it left, so nothing here says which "
        "model is right; it says only where they differ."
    )


def test_where_all_known_customers_stayed_it_says_that() -> None:
    said = summary(found(MIXED, left={100: False, 101: False}))
    assert said.truth.startswith(
        "Of 2 of 300 customers it is known that they stayed, and of nobody"
    )


def test_a_candidate_that_finds_who_left_is_better_and_one_that_alarms_in_vain_is_not() -> None:
    germans_left = {each: each < 200 for each in range(100, 400)}
    better = summary(found(MIXED, left=germans_left))
    assert better.verdict == "Where the truth is known, the candidate is better."
    assert "is more than chance explains" in better.truth
    assert any("candidate 0.630, current 0.610" in line for line in better.look_at)

    few_french_left = {each: 200 <= each < 240 for each in range(100, 400)}
    current_finds = [event(each, age=60 if 200 <= each < 240 else 30) for each in range(200, 400)]
    worse = summary(found([*GERMANS, *current_finds], left=few_french_left))
    assert worse.verdict == "Where the truth is known, the candidate is worse."


def test_models_that_decide_the_same_change_nothing() -> None:
    said = summary(found(FRENCH))
    assert said.verdict == "No decision would change."
    assert said.changes == "Both models decide the same about all 200 events."


def test_what_makes_the_numbers_doubtful_is_said() -> None:
    held = replace(ABOUT, current=replace(ABOUT.current, threshold=0.3), alerts_on_crossing=True)
    broken = [event(each, age=-1) for each in range(10)]
    said = " ".join(summary(found([*FRENCH, *broken], about=held)).look_at)
    assert "10 of 210 messages (4.8 %) are not in this comparison: 10 no valid" in said
    assert "The current model is held to a threshold of 0.3; its own is 0.5." in said
    assert "alerts.policy: crossing" in said


def test_a_database_that_cannot_be_asked_who_left_costs_no_more_than_that_answer() -> None:
    def away(ids: object) -> dict[int, bool]:
        raise DatabaseDown(f"the database is away from {type(ids).__name__}")

    batch = [event(1, churn="Yes"), event(2)]
    told = findings(tally(entries(batch)), ABOUT, away)
    assert told.known == 1
    assert told.unasked == "the database is away from ndarray"
    assert any("could not be asked who left" in line for line in summary(told).look_at)
    assert findings(tally(entries(batch)), ABOUT, nobody_knows).unasked is None
