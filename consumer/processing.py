"""The worker's core with the worker's own parts: what happens to each batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from consumer.drift import NO_METER, Meter
from consumer.message import Message
from consumer.pipeline import process
from consumer.ports import History, Profiles
from consumer.served import Served
from consumer.shadow import NO_SHADOW, Comparer
from consumer.stages import Outcome
from consumer.telemetry import Metrics


@dataclass(frozen=True, slots=True)
class Processing:
    """Calls :func:`consumer.pipeline.process`, with one model for the whole batch."""

    topic: str
    profiles: Profiles
    history: History
    served: Served
    metrics: Metrics
    shadow: Comparer = NO_SHADOW
    meter: Meter = NO_METER

    def __call__(self, batch: Sequence[Message]) -> list[Outcome]:
        """Decide what becomes of each message; as :func:`consumer.pipeline.process` says."""
        serving = self.served.current  # taken once: it may be replaced at any moment
        return process(
            batch,
            topic=self.topic,
            profiles=self.profiles,
            model=serving.model,
            policy=serving.policy,
            history=self.history,
            stage=self.metrics.stage,
            observe=partial(
                self.shadow.note, model=serving.model, threshold=serving.policy.threshold
            ),
            seen=self.meter.begin(serving.model),
        )
