"""`churn bench worker`: the whole job, beside what others would do."""

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Annotated

import typer

from tools.bench.options import AsJson, Check, Rounds, picture_file
from tools.bench.plot import write_picture
from tools.bench.process_usage import require_proc
from tools.bench.rounds import interleaved
from tools.bench.subject import Subject, chosen, keys_of
from tools.bench.worker.figures import figures
from tools.bench.worker.play import Plan, Run, plan_of, play
from tools.bench.worker.stages import NOT_MEASURED
from tools.bench.worker.subjects import ALL
from tools.bench.worker_report import worker_defaults, worker_report
from tools.bench.world import open_world
from tools.terminal import interruption, progress, told_when_interrupted


def worker(
    *,
    events: Annotated[int, typer.Option(min=1, help="Events in each backlog.")] = 20_000,
    few: Annotated[
        int, typer.Option(min=1, help="Events for the consumer that takes one at a time.")
    ] = 500,
    rounds: Rounds = 3,
    consumer: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Only this one, and others so named: {keys_of(ALL)}."),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            parser=picture_file, metavar="FILE", help="Draw the figures into a .svg or .png file."
        ),
    ] = None,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """Measure the worker on the whole job, beside consumers that do nothing or one event at a time.

    In each round each of them gets the same events, model and local servers in turn, and is a
    process of its own; the worker is `python -m consumer` with its default settings but for reasons
    and history. The backlog is published before it starts. The clock runs from when the server has
    delivered the first message, which is after start and imports, to when it has received the last
    ack; it is asked every 10 ms. CPU is what the consumer's process used between the two, memory
    the most that it ever had. What the servers use is not in it, though they share the cores. A
    target stands beside its figure; missing it is no failure without --check. Needs Linux.

    Example: churn bench worker --rounds 5 --json

    Example: churn bench worker --plot worker.svg

    Example: churn bench worker --consumer google-no-op --consumer worker
    """
    require_proc()
    subjects = chosen(ALL, consumer or [])
    load, plan = os.getloadavg()[0], plan_of(events, few)
    with told_when_interrupted():
        runs = _runs(subjects, plan, rounds)
    options = {**_options(plan), "rounds": rounds, "load_before": round(load, 2)}
    report = worker_report("worker", options, figures(runs), NOT_MEASURED)
    report.show(as_json=as_json)
    if plot is not None:
        write_picture(report, plot)
    if check:
        report.require_targets()


def _runs(subjects: Sequence[Subject], plan: Plan, rounds: int) -> list[Run]:
    """Play all rounds.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; what was started is stopped.
    """
    with interruption() as ending, ending.may_end_children(), open_world(ending) as world:
        runs = interleaved(subjects, rounds, lambda one: [play(one, plan, world)])
        return list(progress(runs, "measuring", rounds * len(subjects)))


def _options(plan: Plan) -> dict[str, float]:
    """Give what changes figures: the events, and the settings that all workers have by default."""
    return {
        "events": len(plan.events),
        "few": min(plan.few, len(plan.events)),
        "event_bytes": round(mean(len(event.data) for event in plan.events)),
        **worker_defaults(),
    }
