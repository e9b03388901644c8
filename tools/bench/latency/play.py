"""One consumer in one round: it warms up, has lone events, then events at a rate."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from consumer.message import OutgoingMessage
from tools.bench.consumer_process import ConsumerProcess, pausing
from tools.bench.latency import load
from tools.bench.latency.alerts import NotOneAlertEach
from tools.bench.latency.plan import Plan
from tools.bench.load_process import LoadProcess
from tools.bench.settled import WrongResult, pages_once_settled
from tools.bench.subject import Subject
from tools.bench.watch import BacklogWatch
from tools.bench.worker.stages import stage_microseconds
from tools.bench.world import World

PAUSE_SECONDS = 0.05
"""From an alert to the next lone event: no batch and no linger is left of the one before."""
_SLOW_SECONDS = 1.0
_SPARE_SECONDS = 60.0
"""More than a lone event takes, and than connecting and waiting for what is missing take."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one consumer in one round; seconds an event."""

    subject: Subject
    lone: Sequence[float]
    at_rate: load.Measured
    lone_stages: Mapping[str, float] = field(default_factory=dict)
    """Of a worker only."""


def play(subject: Subject, plan: Plan, world: World, process: LoadProcess) -> Run:
    """Let one consumer give an alert for each event.

    Raises:
        ChurnError: it ends by itself, or does not give exactly one alert each.
        KeyboardInterrupt: Ctrl-C or SIGTERM came.
    """
    world.begin(plan.first)
    environment = {**world.environment, **subject.settings}
    line = _line(world)
    with (
        ConsumerProcess(subject.name, subject.module, environment) as consumer,
        _named(subject, consumer),
    ):
        pause = pausing(world.ending, [consumer])
        _wait_until_all_is_acknowledged(world, len(plan.first), pause)
        _one_by_one(process, line, plan.lone_warm_up, left_over=len(plan.first))
        _at_rate(process, line, plan.steady_warm_up, plan.rate)
        before = _stages(subject, consumer, plan.warming, pause)
        lone = _one_by_one(process, line, plan.lone)
        after = _stages(subject, consumer, plan.warming + len(plan.lone), pause)
        steady = _at_rate(process, line, plan.steady, plan.rate)
        _stages(subject, consumer, plan.events, pause)
        _wait_until_all_is_acknowledged(world, len(plan.steady), pause)
    _require_nothing_more(subject, *world.published())
    costs = {stage: (after[stage] - before[stage]) / len(lone) for stage in after}
    return Run(subject, lone, steady, costs)


def _line(world: World) -> load.Line:
    names = world.names
    return load.Line(
        address=world.environment["PUBSUB_EMULATOR_HOST"],
        input_topic=names.topic(names.input_topic),
        alert_topic=names.topic(names.alert_topic),
        alert_subscription=names.subscription_path(names.alert_watch),
    )


@contextmanager
def _named(subject: Subject, consumer: ConsumerProcess) -> Iterator[None]:
    """Say whose alerts are not as they must be, and whether that is because it has ended.

    Raises:
        ServerFailed: the consumer has ended by itself.
        WrongResult: it gave an event no alert, or several.
    """
    try:
        yield
    except NotOneAlertEach as error:
        consumer.require_running()
        raise WrongResult(f"{subject.name}: {error}") from error


def _wait_until_all_is_acknowledged(world: World, events: int, pause: Callable[[], None]) -> None:
    """Wait for the consumer, which may have to start first.

    Raises:
        NoProgress: nothing moved for a minute.
        ServerFailed: the consumer has ended by itself.
    """
    watch = BacklogWatch(events, backlog=world.backlog, pause=pause)
    watch.until(lambda left: sum(left) == 0)


def _one_by_one(
    process: LoadProcess, line: load.Line, events: Sequence[OutgoingMessage], left_over: int = 0
) -> list[float]:
    limit = _SPARE_SECONDS + len(events) * (PAUSE_SECONDS + _SLOW_SECONDS)
    work = partial(load.one_by_one, pause=PAUSE_SECONDS, left_over=left_over)
    return process.run("lone events", limit, work, line, events)


def _at_rate(
    process: LoadProcess, line: load.Line, events: Sequence[OutgoingMessage], rate: float
) -> load.Measured:
    limit = _SPARE_SECONDS + 2 * len(events) / rate
    return process.run("events at a rate", limit, load.at_rate, line, events, rate=rate)


def _stages(
    subject: Subject, consumer: ConsumerProcess, events: int, pause: Callable[[], None]
) -> Mapping[str, float]:
    """Give the seconds of each stage since the start, of a worker that has settled its events.

    Raises:
        WrongResult: it gave events back, or acknowledged some twice.
    """
    if not subject.has_metrics:
        return {}
    [page] = pages_once_settled([consumer.metrics], events, pause)
    return {stage: 1e-6 * total for stage, total in stage_microseconds(page, 1).items()}


def _require_nothing_more(subject: Subject, alerts: int, letters: int) -> None:
    if alerts or letters:
        raise WrongResult(
            f"{subject.name} published {alerts} alerts too many and {letters} dead letters"
        )
