"""How each kind of trouble is made, and how it is ended."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from tests.chaos.crew import Crew
from tests.chaos.plan import Disturbance, Kind
from tests.chaos.world import World
from tools.emulator.faults.control import FaultControl
from tools.emulator.faults.rules import (
    AmbiguousPublishes,
    AnyFault,
    BreakStreams,
    Delay,
    DropAcks,
    DuplicateDeliveries,
    Fail,
    OutOfOrder,
)

Strikes = Callable[[], int]
"""Says how often it has struck."""
Trouble = AbstractContextManager[Strikes]
Maker = Callable[[World, Crew, Disturbance], Trouble]


def make(world: World, crew: Crew, disturbance: Disturbance) -> Trouble:
    """Give the trouble that is planned; it lasts as long as its ``with`` block."""
    if disturbance.kind in RULES:
        return _misbehave(world, RULES[disturbance.kind])
    return MAKERS[disturbance.kind](world, crew, disturbance)


@contextmanager
def _killed(world: World, crew: Crew, disturbance: Disturbance) -> Iterator[Strikes]:
    del world
    struck = crew.kill(disturbance.worker)
    yield lambda: int(struck)


@contextmanager
def _terminated(world: World, crew: Crew, disturbance: Disturbance) -> Iterator[Strikes]:
    del world
    struck = crew.terminate(disturbance.worker)
    yield lambda: int(struck)


@contextmanager
def _database_stopped(world: World, crew: Crew, disturbance: Disturbance) -> Iterator[Strikes]:
    del crew, disturbance
    world.stack.postgres.stop()
    try:
        yield lambda: 1
    finally:
        world.stack.postgres.start()


@contextmanager
def _connections_cut(world: World, crew: Crew, disturbance: Disturbance) -> Iterator[Strikes]:
    del crew, disturbance
    cut = world.cut_connections()
    yield lambda: cut


@contextmanager
def _storage_away(
    world: World, crew: Crew, disturbance: Disturbance, *, at_start: bool
) -> Iterator[Strikes]:
    storage = world.stack.storage
    if storage is None:  # the model is a local file
        yield lambda: 0
        return
    storage.stop()
    struck = crew.kill(disturbance.worker) if at_start else True
    try:
        yield lambda: int(struck)
    finally:
        storage.start()


@contextmanager
def _streams_cut(world: World, crew: Crew, disturbance: Disturbance) -> Iterator[Strikes]:
    del crew, disturbance
    _faults(world).break_open_streams(world.stack.names.subscription)
    yield lambda: 1


@contextmanager
def _killed_unconfirmed(world: World, crew: Crew, disturbance: Disturbance) -> Iterator[Strikes]:
    """Keep alerts from being taken, and at the end kill a worker that waits for them."""
    topic = world.stack.names.alert_topic
    with _faults(world).delay("Publish", seconds=10, topic=topic) as fault:
        yield lambda: fault.injected
        crew.kill(disturbance.worker)


@contextmanager
def _streams_refused(world: World, crew: Crew, disturbance: Disturbance) -> Iterator[Strikes]:
    refusal = Fail(rpc="StreamingPull", share=0.5)
    with _misbehave(world, refusal) as strikes, _streams_cut(world, crew, disturbance):
        yield strikes


@contextmanager
def _misbehave(world: World, rule: AnyFault) -> Iterator[Strikes]:
    about = {} if _is_publishing(rule) else {"subscription": world.stack.names.subscription}
    with _faults(world).inject(rule.model_copy(update=about)) as fault:
        yield lambda: fault.injected


def _is_publishing(rule: AnyFault) -> bool:
    """Whether a rule is about topics: those of events, alerts and dead letters alike."""
    return isinstance(rule, AmbiguousPublishes) or getattr(rule, "rpc", "") == "Publish"


def _faults(world: World) -> FaultControl:
    assert world.faults is not None, "this server cannot be told to misbehave"
    return world.faults


RULES: Mapping[Kind, AnyFault] = {
    Kind.STREAMS_BREAK: BreakStreams(share=0.1),
    Kind.PUBLISHES_FAIL: Fail(rpc="Publish", share=0.3),
    Kind.PUBLISHES_AMBIGUOUS: AmbiguousPublishes(share=0.2),
    Kind.PUBLISHES_LATE: Delay(rpc="Publish", seconds=0.5, share=0.3),
    Kind.ACKS_FAIL: Fail(rpc="Acknowledge", share=0.3),
    Kind.ACKS_DROPPED: DropAcks(share=0.3),
    Kind.LEASES_FAIL: Fail(rpc="ModifyAckDeadline", share=0.3),
    Kind.DUPLICATES: DuplicateDeliveries(share=0.1),
    Kind.OUT_OF_ORDER: OutOfOrder(),
}
"""Of bounded share: what fails always is an outage, which the other kinds are."""

MAKERS: Mapping[Kind, Maker] = {
    Kind.KILL: _killed,
    Kind.TERMINATE: _terminated,
    Kind.DATABASE_STOPPED: _database_stopped,
    Kind.CONNECTIONS_CUT: _connections_cut,
    Kind.STORAGE_AWAY_AT_START: partial(_storage_away, at_start=True),
    Kind.STORAGE_AWAY: partial(_storage_away, at_start=False),
    Kind.KILL_UNCONFIRMED: _killed_unconfirmed,
    Kind.STREAMS_CUT: _streams_cut,
    Kind.STREAMS_REFUSED: _streams_refused,
}
