"""`churn bench start`: how soon a worker is of use."""

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from tools.bench.options import AsJson, Check, Rounds
from tools.bench.process_usage import require_proc
from tools.bench.start.figures import figures
from tools.bench.start.play import Run, play, profiled
from tools.bench.start.profile import Profile
from tools.bench.worker_report import worker_report
from tools.bench.world import open_world
from tools.terminal import interruption, progress, told_when_interrupted

_NOTE = (
    "a package's imports are those of a run of its own in which the interpreter keeps the time, "
    "which costs time itself; what a package imports of others counts for those"
)


def start(
    *,
    rounds: Rounds = 5,
    packages: Annotated[
        int, typer.Option(min=0, max=100, help="How many of the slowest imports are listed.")
    ] = 10,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """Measure how long a worker takes from its start to its first alert.

    An event lies in the subscription already. The clock runs from when the process of `python -m
    consumer` is there to when the server has its first alert. A first run that is not counted tells
    which modules a worker imports, and which packages take how long; in every round an interpreter
    that does nothing else imports the same modules. A target stands beside its figure; missing it
    is no failure without --check. Needs Linux.

    Example: churn bench start --packages 20

    Example: churn bench start --rounds 10 --json --check
    """
    require_proc()
    load = os.getloadavg()[0]
    with told_when_interrupted():
        profile, runs = _runs(rounds)
    options = {"rounds": rounds, "modules": len(profile.modules), "load_before": round(load, 2)}
    found = figures(runs, profile.seconds, packages)
    report = worker_report("start", options, found, _NOTE)
    report.show(as_json=as_json)
    if check:
        report.require_targets()


def _runs(rounds: int) -> tuple[Profile, Sequence[Run]]:
    """Play the run that is not counted, then all rounds.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; what was started is stopped.
    """
    with interruption() as ending, ending.may_end_children(), open_world(ending) as world:
        profile = profiled(world)
        runs = progress((play(profile, world) for _ in range(rounds)), "measuring", rounds)
        return profile, list(runs)
