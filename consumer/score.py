"""Each enriched event gets its probability, by one call of the model for the whole batch."""

from collections.abc import Sequence

from consumer.errors import EventError
from consumer.features import build_frame
from consumer.isolate import isolate
from consumer.ports import Model
from consumer.stages import Enriched, Failed, Scored


def score(rows: Sequence[Enriched], model: Model) -> tuple[list[Scored], list[Failed]]:
    """Score the rows; one that the model fails on is found and fails alone."""

    def run(part: Sequence[Enriched]) -> list[float]:
        probabilities: list[float] = model.score(build_frame(part, model.columns)).tolist()
        return probabilities

    scored: list[Scored] = []
    failed: list[Failed] = []
    for row, result in zip(rows, isolate(run, rows), strict=True):
        if isinstance(result, EventError):
            failed.append(Failed(row.message, result))
        else:
            scored.append(Scored(row, result))
    return scored, failed
