"""`churn bench latency`: from an event's publication to its alert."""

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from tools.bench.latency.figures import figures
from tools.bench.latency.plan import Plan, plan_of
from tools.bench.latency.play import Run, play
from tools.bench.latency.subjects import ALL
from tools.bench.load_process import LoadProcess
from tools.bench.options import AsJson, Check, Rounds
from tools.bench.rounds import interleaved
from tools.bench.subject import Subject, chosen, keys_of
from tools.bench.worker.stages import NOT_MEASURED
from tools.bench.worker_report import worker_defaults, worker_report
from tools.bench.world import open_world
from tools.terminal import interruption, progress, told_when_interrupted

LONGEST_SECONDS = 300
"""So that the alerts of a whole run stay leased until they are acknowledged at its end."""
_NOTES = (
    "ms from publishing an event to receiving its alert; at the rate, from the scheduled moment",
    "the worker's threshold is 0, so that each event gives an alert, with its reasons",
    f"of lone events, {NOT_MEASURED}",
)


def latency(
    *,
    rate: Annotated[float, typer.Option(min=1, max=5_000, help="Events a second.")] = 200,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=LONGEST_SECONDS, help="How long at that rate.")
    ] = 10,
    lone: Annotated[int, typer.Option(min=1, max=2_000, help="Events one at a time.")] = 100,
    rounds: Rounds = 3,
    consumer: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Only this one, and others so named: {keys_of(ALL)}."),
    ] = None,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """Measure how long an alert takes, beside consumers that only publish each event on.

    In each round each consumer in turn is started anew, a process of its own on the same local
    servers: the worker is `python -m consumer` with its default settings, but a threshold of 0, so
    that each event gives an alert; `google-echo` is Google's SubscriberClient with as many streams,
    and PublisherClient with batches of 5 ms; `echo` is the worker's own subscriber and publisher.
    After a warm-up come lone events, each 50 ms after the alert of the one before, then events at a
    steady rate, whose time counts from the moment at which they were to be published.
    A process beside them publishes each event by itself and listens. A target stands beside its
    figure; missing it is no failure without --check.

    Example: churn bench latency --rate 500 --seconds 20

    Example: churn bench latency --rounds 5 --json --check
    """
    subjects = chosen(ALL, consumer or [])
    load, plan = os.getloadavg()[0], plan_of(rate, seconds, lone)
    with told_when_interrupted():
        runs = _runs(subjects, plan, rounds)
    options = {
        "rate": rate,
        "seconds": seconds,
        "lone": lone,
        "rounds": rounds,
        **worker_defaults(),
        "load_before": round(load, 2),
    }
    report = worker_report("latency", options, figures(runs), *_NOTES)
    report.show(as_json=as_json)
    if check:
        report.require_targets()


def _runs(subjects: Sequence[Subject], plan: Plan, rounds: int) -> list[Run]:
    """Play all rounds.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; what was started is stopped.
    """
    with (
        interruption() as ending,
        ending.may_end_children(),
        open_world(ending) as world,
        LoadProcess(ending) as process,
    ):
        runs = interleaved(subjects, rounds, lambda one: [play(one, plan, world, process)])
        return list(progress(runs, "measuring", rounds * len(subjects)))
