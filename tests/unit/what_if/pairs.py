"""Two models whose probabilities are plain to see, and what they make of some events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.message import Message
from consumer.model import LoadedModel
from schemas.alerts import ModelReference
from schemas.tables import Profile
from tests.builders import RecordedProfiles, ce_attributes, message
from tools.replay.source import Entry, Rejected
from tools.what_if.chunks import chunked
from tools.what_if.contenders import Contender
from tools.what_if.counting import Thresholds
from tools.what_if.findings import About, Findings, findings
from tools.what_if.judge import Judge
from tools.what_if.newest import Ints
from tools.what_if.tally import Sum, Tally

COLUMNS = ("AGE", "PAYS", "BALANCE")
THRESHOLDS = Thresholds(0.5, 0.5)
COMPLETE: dict[str, Any] = {"age": 40, "pays": "France", "balance": 0.0}


@dataclass(frozen=True)
class Hundredths:
    """The probability is the age in hundredths, and so much more in Germany."""

    more_in_germany: float = 0.0

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Score; nobody may be younger than nobody, nor own less than nothing."""
        if (frame["BALANCE"] < 0).any():
            raise ValueError("a debt")
        german = (frame["PAYS"] == "Allemagne").to_numpy()
        ages = frame["AGE"].fillna(0).to_numpy()
        return np.asarray(np.clip(ages / 100 + german * self.more_in_germany, 0, 1))


def model(version: str, estimator: Any) -> LoadedModel:
    """A loaded model."""
    return LoadedModel(
        reference=ModelReference(name="hundredths", version=version, sha256=version[0] * 64),
        columns=COLUMNS,
        threshold=0.5,
        neutral={"AGE": 40.0, "PAYS": "France", "BALANCE": 0.0},
        generation=version,
        estimator=estimator,
    )


CURRENT = model("1", Hundredths())
CANDIDATE = model("2", Hundredths(more_in_germany=0.2))


def judge(known: Mapping[int, Profile] | None = None) -> Judge:
    """A judge at a bank that knows these customers."""
    return Judge(CURRENT, CANDIDATE, THRESHOLDS, RecordedProfiles(known or {}))


def event(customer: int = 1, *, time: str = "2024-05-01T09:30:00Z", **fields: object) -> Message:
    """An event that carries all that the models want, unless ``fields`` say otherwise."""
    data = {"id_client": customer, **COMPLETE, **fields}
    return message(data, ce_attributes(f"e-{customer}-{time}", time))


def entries(messages: Iterable[Message]) -> list[Entry]:
    """Messages as a source gives them."""
    return [Entry(each, str(place), place + 1) for place, each in enumerate(messages)]


def tally(
    items: Iterable[Entry | Rejected], *, most: int = 2_000, by: Judge | None = None
) -> Tally:
    """Judge items in chunks of so many, one after another."""
    total = Sum()
    for chunk in chunked(items, most):
        total.add((by or judge()).judge(chunk))
    return total.total()


ABOUT = About(
    source="events.jsonl",
    as_of=False,
    made_at=datetime(2024, 6, 1, 12, tzinfo=UTC),
    current=Contender("one.pkl", 0.5, 0.61, CURRENT),
    candidate=Contender("two.pkl", 0.5, 0.63, CANDIDATE),
    alerts_on_crossing=False,
)


def found(
    messages: Sequence[Message], left: Mapping[int, bool] | None = None, about: About = ABOUT
) -> Findings:
    """What is found about messages, where the database knows this of who left."""

    def read(ids: Ints) -> Mapping[int, bool]:
        return {each: (left or {})[each] for each in ids.tolist() if each in (left or {})}

    return findings(tally(entries(messages)), about, read)
