"""One round on one server: its start, its memory, then its speed."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tools.bench.emulator import load, quantities
from tools.bench.emulator.servers import BenchServer, Contender
from tools.bench.load_process import LoadProcess
from tools.bench.quantities import Quantity
from tools.bench.rounds import Sample

START_SECONDS = 30
SETTLE_SECONDS = 2.5
"""How long after the last ack a server has to give memory back."""
DRAIN_STREAMS = 8
_SLOWEST = 200
"""Messages a second that every server manages; a slower one is given up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: messages of ``size`` bytes, and the backlog for memory, 0 for none."""

    messages: int
    size: int
    backlog: int


@dataclass(frozen=True, slots=True)
class Speed:
    """A quantity and the work that measures it, with ``1 / part`` of the plan's messages."""

    quantity: Quantity
    work: Callable[[str, int, int], float]
    part: int = 1


SPEEDS = (
    Speed(quantities.PUBLISH_BATCHED, load.publish_batched),
    Speed(quantities.PUBLISH_SINGLE, load.publish_single, part=5),
    Speed(quantities.PUBLISH_GOOGLE, load.publish_google),
    Speed(quantities.STREAM_1, partial(load.streaming_pull, streams=1)),
    Speed(quantities.STREAM_8, partial(load.streaming_pull, streams=8)),
    Speed(quantities.STREAM_GOOGLE, load.receive_google),
    Speed(quantities.PULL_100, load.pull_100),
)


def play(contender: Contender, plan: Plan, process: LoadProcess) -> Iterator[Sample]:
    """Measure one server, and give the samples as they come.

    Raises:
        LoadFailed: the server does not answer, or refuses a call.
        TooSlow: it takes minutes too long.
        KeyboardInterrupt: Ctrl-C or SIGTERM came.
    """
    started = time.perf_counter()
    with BenchServer(contender) as server:
        patience = START_SECONDS if server.ours else 0
        what = f"the start of {server.name}"
        process.run(what, 2 * START_SECONDS, load.first_answer, server.address, patience)
        if server.ours:
            seconds = time.perf_counter() - started
            yield Sample(server.name, quantities.START_UP, seconds)
            yield from _memory(server, plan, process)
        for speed in SPEEDS:
            yield _speed(server, speed, plan, process)


def samples_of(contender: Contender, plan: Plan) -> int:
    """How many samples :func:`play` gives, where memory can be asked for."""
    memory = 4 if plan.backlog else 1
    return len(SPEEDS) + (1 + memory if contender.command is not None else 0)


def _speed(server: BenchServer, speed: Speed, plan: Plan, process: LoadProcess) -> Sample:
    messages = max(1, plan.messages // speed.part)
    what = f"{speed.quantity.title} of {server.name}"
    seconds = process.run(what, _limit(messages), speed.work, server.address, messages, plan.size)
    return Sample(server.name, speed.quantity, messages / seconds)


def _memory(server: BenchServer, plan: Plan, process: LoadProcess) -> Iterator[Sample]:
    empty = server.resident()
    if empty is None:
        return
    yield Sample(server.name, quantities.MEMORY_EMPTY, empty)
    if not plan.backlog:
        return
    full, drained = _filled_and_drained(server, plan, process)
    yield Sample(server.name, quantities.MEMORY_BACKLOG, full)
    yield Sample(server.name, quantities.MEMORY_DRAINED, drained)
    share = 100 * (full - drained) / (full - empty) if full > empty else 0.0
    yield Sample(server.name, quantities.GIVEN_BACK, share)


def _filled_and_drained(
    server: BenchServer, plan: Plan, process: LoadProcess
) -> tuple[float, float]:
    """Fill and drain a backlog; give the resident memory after each, in MiB."""
    limit, what = _limit(plan.backlog), f"a backlog of {plan.backlog} on {server.name}"
    names = process.run(what, limit, load.fill, server.address, plan.backlog, plan.size)
    full = server.resident() or 0.0
    process.run(what, limit, load.drain, server.address, names, plan.backlog, streams=DRAIN_STREAMS)
    process.run("settling", 2 * SETTLE_SECONDS, time.sleep, SETTLE_SECONDS)
    return full, server.resident() or 0.0


def _limit(messages: int) -> float:
    return 60 + messages / _SLOWEST
