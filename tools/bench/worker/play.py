"""One run of one consumer: a backlog, a process, a clock."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from consumer.message import OutgoingMessage
from tools.bench.consumer_process import ConsumerProcess
from tools.bench.watch import Measured, watched
from tools.bench.worker.stages import stage_microseconds
from tools.bench.worker.subjects import Subject
from tools.bench.world import World
from tools.demo.worker_process import counts_of
from tools.errors import BadInput
from tools.sample.events import sample_events

LOOK_SECONDS = 0.01
COUNT_SECONDS = 10.0
"""How long the worker may take to count what it has acknowledged."""


class WrongResult(BadInput):
    """A consumer did not do the job, so that its speed says nothing."""


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

        def pause() -> None:
            world.ending.check()
            process.require_running()
            time.sleep(LOOK_SECONDS)

        measured = watched(
            len(events),
            backlog=world.backlog,
            usage=process.usage,
            database_cpu=world.database_cpu,
            pause=pause,
        )
        stages = _stages(process, len(events), pause) if subject.has_metrics else {}
    alerts, letters = world.published()
    _require_the_job(subject, alerts, letters)
    history = world.history_bytes() / len(events)
    return Run(subject, measured, alerts / len(events), stages, history)


def _stages(
    process: ConsumerProcess, events: int, pause: Callable[[], None]
) -> Mapping[str, float]:
    """Read the stages once the worker has counted all, a moment after its last ack.

    Raises:
        WrongResult: it gave events back, or acknowledged some twice.
    """
    deadline = time.monotonic() + COUNT_SECONDS
    while (counts := counts_of(page := process.metrics())).settled < events:
        if time.monotonic() > deadline:
            break
        pause()
    if counts.settled != events or counts.retried or counts.already_settled:
        raise WrongResult(f"of {events} events the worker counts {counts}")
    return stage_microseconds(page, events)


def _require_the_job(subject: Subject, alerts: int, letters: int) -> None:
    if letters or (alerts and not subject.raises_alerts):
        raise WrongResult(f"{subject.name} published {alerts} alerts and {letters} dead letters")
