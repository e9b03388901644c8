"""One run of one consumer: a backlog, a process, a clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from consumer.message import OutgoingMessage
from tools.bench.consumer_process import ConsumerProcess, pausing
from tools.bench.settled import WrongResult, pages_once_settled
from tools.bench.subject import Subject
from tools.bench.watch import BacklogWatch, Measured, watched
from tools.bench.worker.stages import stage_microseconds
from tools.bench.world import World
from tools.sample.events import sample_events


@dataclass(frozen=True, slots=True)
class Plan:
    """The events, the same for all; a slow consumer gets the first ``few`` of them."""

    events: Sequence[OutgoingMessage]
    few: int

    def events_of(self, subject: Subject) -> Sequence[OutgoingMessage]:
        """Give what a consumer gets."""
        return self.events[: self.few] if subject.is_slow else self.events


def plan_of(events: int, few: int) -> Plan:
    """Make events of the sample's customers, equal each time but for their times."""
    made = sample_events(events, seed=1, now=lambda: datetime.now(UTC))
    return Plan([event.message for event in made], few)


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one consumer in one round."""

    subject: Subject
    measured: Measured
    alert_share: float
    """Alerts an event."""
    stages: Mapping[str, float] = field(default_factory=dict)
    """Microseconds an event; of a worker only."""
    history_bytes: float = 0
    """What the history and its indexes take on the disk, an event; 0 where it is off."""


def play(subject: Subject, plan: Plan, world: World) -> Run:
    """Let one consumer work through its backlog.

    Raises:
        ChurnError: it ends by itself, does not move on, or does not do the job.
        KeyboardInterrupt: Ctrl-C or SIGTERM came.
    """
    events = plan.events_of(subject)
    world.begin(events)
    environment = {**world.environment, **subject.settings}
    with ConsumerProcess(subject.name, subject.module, environment) as process:
        pause = pausing(world.ending, [process])
        watch = BacklogWatch(len(events), backlog=world.backlog, pause=pause)
        measured = watched(watch, usage=process.usage, database_cpu=world.database_cpu)
        stages = _stages(process, len(events), pause) if subject.has_metrics else {}
    alerts, letters = world.published()
    _require_the_job(subject, alerts, letters)
    history = world.history_bytes() / len(events)
    return Run(subject, measured, alerts / len(events), stages, history)


def _stages(
    process: ConsumerProcess, events: int, pause: Callable[[], None]
) -> Mapping[str, float]:
    """Read the stages once the worker has counted all.

    Raises:
        WrongResult: it gave events back, or acknowledged some twice.
    """
    [page] = pages_once_settled([process.metrics], events, pause)
    return stage_microseconds(page, events)


def _require_the_job(subject: Subject, alerts: int, letters: int) -> None:
    if letters or (alerts and not subject.raises_alerts):
        raise WrongResult(f"{subject.name} published {alerts} alerts and {letters} dead letters")
