"""Both models judge as the worker would with each of them."""

from collections.abc import Mapping, Sequence

import orjson
import pytest

from consumer.comparison import grade
from consumer.errors import DatabaseDown
from consumer.message import Message
from consumer.model import LoadedModel
from consumer.stages import Alerted, Failed, Silent
from schemas.tables import Profile
from tests.builders import message, processed, profile, update
from tests.unit.what_if.pairs import (
    CANDIDATE,
    CURRENT,
    THRESHOLDS,
    entries,
    event,
    judge,
    model,
    tally,
)
from tools.what_if.chunks import Chunk
from tools.what_if.counting import Thresholds
from tools.what_if.judge import Judge
from tools.what_if.tally import Alerts, Decided

KNOWN = {each: profile(each, age=30 + each, pays="Allemagne") for each in range(40)}


def worker_says(one: Message, scores_by: LoadedModel) -> float | None:
    (outcome,) = processed(one, known=KNOWN, model=scores_by)
    if isinstance(outcome, Alerted):
        return outcome.alert.probability
    return outcome.probability if isinstance(outcome, Silent) else None


def test_each_model_gives_the_probability_that_the_worker_would_publish() -> None:
    batch = [update(each, event_id=f"e-{each}") for each in KNOWN] + [
        event(100 + age, age=age, pays=pays)
        for age in range(18, 90, 7)
        for pays in ("France", "Allemagne", None)
    ]
    scores = tally(entries(batch), by=judge(KNOWN)).scores
    places = scores.places.tolist()
    for name, scores_by in (("current", CURRENT), ("candidate", CANDIDATE)):
        expected = [worker_says(batch[place], scores_by) for place in places]
        assert scores.values[name].tolist() == expected


def test_decisions_and_days_are_counted_by_the_thresholds() -> None:
    counted = tally(
        entries(
            [
                event(1, age=49, pays="Allemagne"),
                event(2, age=60, pays="Allemagne"),
                event(3, age=60, time="2024-05-02T00:00:00Z"),
                event(4, age=20, pays="Atlantide", time="2024-05-02T23:59:59.999999Z"),
                event(5, age=20, pays=None),
            ]
        )
    )
    assert counted.decisions == {
        Decided("Allemagne", "silent", "high"): 1,
        Decided("Allemagne", "high", "critical"): 1,
        Decided("France", "high", "high"): 1,
        Decided("other", "silent", "silent"): 1,
        Decided("missing", "silent", "silent"): 1,
    }
    assert list(counted.days.values()) == [Alerts(3, 1, 2), Alerts(2, 1, 1)]
    assert counted.differences[[1000, 1200]].tolist() == [3, 2]
    assert counted.compared == counted.differences.sum() == 5


def test_each_model_is_held_to_its_own_threshold() -> None:
    strict = Judge(CURRENT, CANDIDATE, Thresholds(0.3, 0.9), judge().profiles)
    (decided,) = tally(entries([event(age=50)]), by=strict).decisions
    assert decided == Decided("France", grade(0.5, 0.3), grade(0.5, 0.9))
    assert decided[1:] == ("high", "silent")


def test_what_cannot_be_compared_is_counted_by_why_and_costs_no_other() -> None:
    batch = [
        event(1),
        message(b"no JSON"),
        update(404),
        update(2**62),
        event(2, balance=-1.0),
        event(3),
    ]
    counted = tally(entries(batch))
    assert counted.scores.ids.tolist() == [1, 3]
    assert counted.left_out == {
        "invalid": 1,
        "unknown customer": 1,
        "bad row": 1,
        "current fails": 1,
    }
    assert [each.place for each in counted.problems] == [1, 2, 3, 4]


def test_an_event_that_only_the_candidate_fails_on_is_left_out_for_both() -> None:
    lenient = model("3", Lenient())
    counted = tally(
        entries([event(1, balance=-1.0), event(2)]),
        by=Judge(lenient, CANDIDATE, THRESHOLDS, judge().profiles),
    )
    assert counted.left_out == {"candidate fails": 1}
    assert counted.scores.ids.tolist() == [2]


class Lenient:
    """Says the same of everybody."""

    def predict_proba(self, frame: object) -> object:
        """Score."""
        return [0.5] * len(frame)  # type: ignore[arg-type]  # a frame has a length


def test_a_customer_counts_with_its_newest_event_wherever_that_stands() -> None:
    batch = [
        event(1, age=60, time="2024-05-02T00:00:00Z", churn="Yes"),
        event(1, age=20, time="2024-05-01T00:00:00Z", churn="No"),
        event(1, age=70, time="2024-05-03T00:00:00Z"),
    ]
    counted = tally(entries(batch), most=1)
    assert counted.scores.values["current"].tolist() == [0.7]
    assert counted.truths.values["left"].tolist() == [True]


def test_inputs_are_kept_of_those_who_move() -> None:
    counted = tally(entries([event(1), event(2, pays="Allemagne")]))
    still, moved = counted.scores.values["inputs"].tolist()
    assert still is None
    assert orjson.loads(moved) == [40, "Allemagne", 0.0]


def test_complete_events_need_no_database_and_others_do() -> None:
    class Away:
        def lookup(self, ids: Sequence[int]) -> Mapping[int, Profile]:
            raise DatabaseDown(f"the database is away, and {len(ids)} customers are not known")

    alone = Judge(CURRENT, CANDIDATE, THRESHOLDS, Away())
    assert alone.judge(Chunk(0, [event()], [], 1)).compared == 1
    with pytest.raises(DatabaseDown):
        alone.judge(Chunk(0, [update(1)], [], 1))


def test_the_worker_leaves_out_what_is_left_out_here() -> None:
    for bad in (message(b"no JSON"), update(404), event(2, balance=-1.0)):
        (outcome,) = processed(bad, known=KNOWN, model=CURRENT)
        assert isinstance(outcome, Failed)
        assert tally(entries([bad]), by=judge(KNOWN)).compared == 0
