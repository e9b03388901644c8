"""What a comparison found, as the report tells it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consumer.errors import ChurnError
from tools.errors import BadInput
from tools.shadow_report import Comparison
from tools.what_if.contenders import Contender
from tools.what_if.counting import Thresholds
from tools.what_if.differences import Differences
from tools.what_if.moments import moment
from tools.what_if.movers import Mover, movers
from tools.what_if.quality import Quality, quality
from tools.what_if.tally import Problem, Reason, Tally
from tools.what_if.truth import ReadTruth, nobody_knows, truth_of
from tools.what_if.volume import Volume


@dataclass(frozen=True, slots=True)
class About:
    """What was compared, and by what."""

    source: str
    as_of: bool
    """Whether inputs are those of the time of scoring; else absent fields are today's."""
    made_at: datetime
    current: Contender
    candidate: Contender
    alerts_on_crossing: bool
    """Whether workers alert only where a score rises across the threshold."""

    @property
    def thresholds(self) -> Thresholds:
        """Of both models."""
        return Thresholds(self.current.threshold, self.candidate.threshold)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that the report says."""

    about: About
    decisions: Comparison
    left_out: Mapping[Reason, int]
    problems: Sequence[Problem]
    period: tuple[datetime, datetime]
    """The first and the last event time."""
    differences: Differences
    volume: Volume
    customers: int
    quality: Quality | None
    """By each customer's newest event; None where the truth is known of nobody who left."""
    known: int
    """Of how many customers it is known whether they left."""
    unasked: str | None
    """Why the database could not be asked who left; None where it was, or needed not be."""
    movers: Sequence[Mover]

    @property
    def messages(self) -> int:
        """How many there were, those that could not be compared among them."""
        return self.decisions.compared() + sum(self.left_out.values())


def findings(tally: Tally, about: About, read_truth: ReadTruth) -> Findings:
    """Make of what was counted what is told.

    Args:
        tally: of all messages.
        about: what was compared.
        read_truth: is asked about the customers whose events do not say whether they left.

    Raises:
        BadInput: not one message could be compared.
    """
    period = _period(tally)
    unasked = None
    try:
        known, left = truth_of(tally.scores, tally.truths, read_truth)
    except ChurnError as error:
        unasked = str(error)
        known, left = truth_of(tally.scores, tally.truths, nobody_knows)
    current, candidate = (
        tally.scores.values[name][known] >= threshold
        for name, threshold in about.thresholds._asdict().items()
    )
    return Findings(
        about=about,
        decisions=Comparison(
            decisions=Counter(
                {
                    (each.country, each.current, each.candidate): events
                    for each, events in tally.decisions.items()
                }
            )
        ),
        left_out=tally.left_out,
        problems=tally.problems,
        period=period,
        differences=Differences(tally.differences),
        volume=Volume.of(tally.days),
        customers=len(tally.scores),
        quality=quality(left[known], current, candidate),
        known=int(known.sum()),
        unasked=unasked,
        movers=movers(tally.scores, about.candidate.model, about.thresholds),
    )


def _period(tally: Tally) -> tuple[datetime, datetime]:
    if tally.times is None:
        why = f", such as {tally.problems[0].text}" if tally.problems else ""
        raise BadInput(
            f"none of {sum(tally.left_out.values())} messages could be compared{why}: give a "
            "source of customer updates, and the database that knows the customers"
        )
    return moment(tally.times[0]), moment(tally.times[1])
