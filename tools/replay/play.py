"""A planned replay: looked at, or done."""

import random
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from consumer.back_off import back_off
from consumer.garbage import leave_alone_what_stays
from consumer.publisher import Publisher
from consumer.settings import Settings
from tools.crm.pace import Pace
from tools.replay.batch import in_batches
from tools.replay.checkpoint import Checkpoint, CheckpointFile, begin
from tools.replay.dry_run import DryRun
from tools.replay.files.rejects import Rejects
from tools.replay.opening import DEAD_LETTERS, open_source
from tools.replay.ordered import InEventOrder
from tools.replay.plan import Plan
from tools.replay.progress import Shown
from tools.replay.sending import Sending
from tools.replay.source import Rejected, Source
from tools.replay.target import Target, Topic
from tools.terminal import Interruption


def look_only(plan: Plan, settings: Settings, ending: Interruption) -> tuple[DryRun, float]:
    """Read the whole source and send nothing; give what was found, and the seconds it took.

    Raises:
        ChurnError: the source is not there, is away, or refuses.
        KeyboardInterrupt: somebody asked to stop.
    """
    found, began = DryRun(plan.task.target), time.monotonic()
    with open_source(
        plan.asked, settings, replay_id=_new_id(_now()), started=_now(), check=ending.check
    ) as source:
        found.look(plan.look.at(source.entries(), check=ending.check))
    return found, time.monotonic() - began


@contextmanager
def shown_replay(
    plan: Plan, settings: Settings, ending: Interruption
) -> Iterator[tuple[Shown, Callable[[], Checkpoint]]]:
    """Open everything; give what is shown, and what does the replay.

    Raises:
        BadInput: another replay is at work with the checkpoint, or it is another's.
        ChurnError: source or target is not there, is away, or refuses.
    """
    file = CheckpointFile(plan.checkpoint_path)
    with ExitStack() as opened:
        opened.enter_context(file.locked())
        replay_id = plan.replay_id or _new_id(_now())
        begun = begin(file, plan.task, replay_id=replay_id, now=_now(), anew=plan.restart)
        target = opened.enter_context(_target(plan, settings, begun.replay_id))
        source = opened.enter_context(_source(plan, settings, begun, ending))
        rejects = opened.enter_context(Rejects(plan.rejects_path))
        shown = opened.enter_context(Shown(begun, source.total, clock=time.monotonic))
        file.save(begun)  # before anything is sent, so that it has its id whatever happens
        sending = Sending(
            source,
            target,
            set_aside=lambda pieces: _set_aside(rejects, pieces),
            save=file.save,
            report=shown,
            back_off=lambda: back_off(random.SystemRandom()),
            sleep=ending.sleep,
        )
        yield shown, lambda: _send(plan, sending, begun, ending)


def _send(plan: Plan, sending: Sending, begun: Checkpoint, ending: Interruption) -> Checkpoint:
    looked = plan.look.at(
        sending.source.entries(begun.cursor),
        before=begun.counts.sent,
        wait=Pace(plan.rate, sleep=ending.sleep).wait,
        check=ending.check,
    )
    leave_alone_what_stays()
    return sending.run(in_batches(looked, most=plan.batch, clock=time.monotonic), begun)


def _set_aside(rejects: Rejects, pieces: Iterable[Rejected]) -> None:
    for piece in pieces:
        rejects.add(piece)


@contextmanager
def _source(
    plan: Plan, settings: Settings, begun: Checkpoint, ending: Interruption
) -> Iterator[Source]:
    with open_source(
        plan.asked, settings, replay_id=begun.replay_id, started=begun.started, check=ending.check
    ) as source:
        if not plan.in_event_order:
            yield source
            return
        with TemporaryDirectory(prefix="churn-replay-") as directory:
            yield InEventOrder(source, plan.live_topic, Path(directory), check=ending.check)


@contextmanager
def _target(plan: Plan, settings: Settings, replay_id: str) -> Iterator[Target]:
    if plan.topic is None:
        # Imported here: scikit-learn takes two seconds, which publishing need not wait for.
        from tools.replay.history_target import history_only  # noqa: PLC0415

        with history_only(settings, plan.live_topic, replay_id, now=_now) as target:
            yield target
        return
    is_redrive = plan.asked.word == DEAD_LETTERS
    with closing(Publisher(settings={plan.topic: "--to"})) as publisher:
        publisher.check_topics()
        yield Topic(publisher, plan.topic, None if is_redrive else replay_id)


def _new_id(now: datetime) -> str:
    return f"{now:%Y%m%dt%H%M%S}-{secrets.token_hex(3)}"


def _now() -> datetime:
    return datetime.now(UTC)
