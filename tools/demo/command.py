"""`churn demo`: the local stack, the real worker, events in, alerts out, and a balance."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console

from consumer.errors import ChurnError
from tools.demo.play import Play, play
from tools.demo.screen import Screen
from tools.demo.summary import Summary
from tools.demo.worker_process import WorkerFailed, WorkerProcess
from tools.sample import CUSTOMER_CSV
from tools.stack.sample import load_sample
from tools.stack.stack import Stack
from tools.tables_csv import read_customers
from tools.terminal import Interruption, interruption, told_when_interrupted

LAST_LINES = 15
LOOK_SECONDS = 0.2


def demo(
    *,
    events: Annotated[int, typer.Option(min=1, help="How many events are published.")] = 300,
    rate: Annotated[float, typer.Option(min=1, max=5_000, help="Events a second.")] = 60,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal events.")] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Leave all up until Ctrl-C.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="End with one JSON object; show no alerts.")
    ] = False,
) -> None:
    """Start everything on this machine, publish sample events, and show the alerts as they come.

    Some events are broken, one is of an unknown customer, one is published twice. Ends with a
    balance of what went in and what came out; exits with 1 when that does not add up. Needs no
    Docker and no account, and leaves nothing behind.

    Example: churn demo --events 600 --keep
    """
    screen = Screen(Console(stderr=as_json, highlight=False), quiet=as_json)
    with (
        told_when_interrupted(),
        interruption() as ending,
        _log(screen) as log,
        _running(screen, log, ending) as (stack, worker),
    ):
        summary = play(Play(events, rate, seed), stack, worker, screen, ending)
        _report(summary, screen, as_json=as_json)
        if keep:
            _keep(stack, worker, screen, ending)


@contextmanager
def _running(
    screen: Screen, log: Path, ending: Interruption
) -> Iterator[tuple[Stack, WorkerProcess]]:
    """Start the servers, load the sample, start the worker; stop them in the opposite order.

    Raises:
        ServerFailed: one of them did not start.
    """
    with ExitStack() as closing:
        with (
            screen.step("starting Pub/Sub, PostgreSQL and Cloud Storage"),
            ending.may_end_children(),
        ):
            stack = closing.enter_context(Stack())
        ending.check()
        with screen.step("loading the sample's customers, training and storing its model"):
            load_sample(stack)
        ending.check()
        with screen.step("starting the worker"):
            worker = closing.enter_context(WorkerProcess(stack.environment(), log))
            worker.wait_ready(ending)
        yield stack, worker


def _report(summary: Summary, screen: Screen, *, as_json: bool) -> None:
    """Show the balance.

    Raises:
        WorkerFailed: it does not add up.
    """
    screen.summary(summary)
    if as_json:
        typer.echo(orjson.dumps(summary).decode())
    if summary.problems:
        raise WorkerFailed(f"it does not add up: {'; '.join(summary.problems)}")


def _keep(stack: Stack, worker: WorkerProcess, screen: Screen, ending: Interruption) -> None:
    """Say how to go on by hand, and wait for Ctrl-C.

    Raises:
        WorkerFailed: the worker ended by itself.
    """
    screen.next_steps(stack.environment(), next(read_customers(CUSTOMER_CSV)).id_client)
    while not ending.came:
        worker.require_running()
        time.sleep(LOOK_SECONDS)


@contextmanager
def _log(screen: Screen) -> Iterator[Path]:
    """Give the file that the worker logs to; where something fails, show its end and keep it."""
    log = Path(tempfile.mkdtemp(prefix="churn-demo-")) / "worker.log"
    try:
        yield log
    except ChurnError:
        if log.exists():
            screen.log(log, log.read_text(errors="replace").splitlines()[-LAST_LINES:])
        raise
    except KeyboardInterrupt:
        shutil.rmtree(log.parent)
        raise
    shutil.rmtree(log.parent)
