"""The worker's core with the worker's own parts: what happens to each batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from consumer.drift import NO_METER, Meter
from consumer.message import Message
from consumer.pipeline import Judged, conclude, judge
from consumer.ports import History, Profiles
from consumer.served import Served
from consumer.shadow import NO_SHADOW, Comparer
from consumer.stages import Outcome
from consumer.telemetry import Metrics


@dataclass(frozen=True, slots=True)
class Processing:
    """Calls :mod:`consumer.pipeline`, with one model for the whole batch."""

    topic: str
    profiles: Profiles
    history: History
    served: Served
    metrics: Metrics
    shadow: Comparer = NO_SHADOW
    meter: Meter = NO_METER

    def judge(self, batch: Sequence[Message]) -> Judged:
        """Score a batch; as :func:`consumer.pipeline.judge` says."""
        serving = self.served.current  # taken once: it may be replaced at any moment
        return judge(
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

    def conclude(self, judged: Judged) -> list[Outcome]:
        """Keep what was decided; as :func:`consumer.pipeline.conclude` says."""
        return conclude(judged, history=self.history, stage=self.metrics.stage)
