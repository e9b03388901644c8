"""`churn bench soak`: a long backlog."""

import os
from typing import Annotated

import typer

from tools.bench.options import AsJson, Check
from tools.bench.process_usage import require_proc
from tools.bench.soak.figures import figures
from tools.bench.soak.play import Run, play
from tools.bench.worker_report import worker_defaults, worker_report
from tools.bench.world import open_world
from tools.terminal import interruption, told_when_interrupted

_NOTE = "trends leave out the first tenth, in which the worker warms up"


def soak(
    *,
    events: Annotated[int, typer.Option(min=10, help="Events in the backlog.")] = 1_000_000,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """Let one worker work through a long backlog, and see whether it grows or slows down.

    All events are published first, which takes about half a minute a million. Then `python -m
    consumer` with its default settings runs until the server has received the last ack. At every
    tenth of the way its speed, CPU and resident memory are noted. No event may be retried, or end
    in the dead letters, and all must add up. The Pub/Sub server keeps the backlog in memory, about
    700 MB for a million. A target stands beside its figure; missing it is no failure without
    --check. Needs Linux.

    Example: churn bench soak --events 200000

    Example: churn bench soak --json --check
    """
    require_proc()
    load = os.getloadavg()[0]
    with told_when_interrupted():
        run = _run(events)
    options = {"events": events, **worker_defaults(), "load_before": round(load, 2)}
    report = worker_report("soak", options, figures(run), _NOTE)
    report.show(as_json=as_json)
    if check:
        report.require_targets()


def _run(events: int) -> Run:
    """Start all servers, and play.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; what was started is stopped.
    """
    with interruption() as ending, ending.may_end_children(), open_world(ending) as world:
        return play(events, world)
