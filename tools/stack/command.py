"""``churn stack``: the local stack in the foreground, until it is told to stop."""

import shlex
import time
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from tools.stack.pubsub import PubSub
from tools.stack.sample import load_sample
from tools.stack.stack import Stack
from tools.terminal import interruption

LOOK_SECONDS = 0.2


def stack(
    sample: Annotated[
        bool, typer.Option(help="Load the sample customers and the sample model.")
    ] = True,
    pubsub: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Use this Pub/Sub server, start none."),
    ] = None,
) -> None:
    """Run Pub/Sub, PostgreSQL and Cloud Storage until Ctrl-C or SIGTERM; keep nothing afterwards.

    Prints the settings to use as export lines, and then a line `ready`. With them `churn run`
    works in another terminal.

    Example: churn stack
    """
    server = None if pubsub is None else PubSub(_address(pubsub))
    with interruption() as ending, ending.may_end_children(), Stack(pubsub=server) as running:
        ending.check()
        if sample:
            load_sample(running)
        ending.check()
        typer.echo("\n".join([*export_lines(running.environment()), "ready"]))
        while not ending.came:
            time.sleep(LOOK_SECONDS)


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise typer.BadParameter(f"{text!r} is not HOST:PORT", param_hint="--pubsub")
    return text


def export_lines(environment: Mapping[str, str]) -> Iterator[str]:
    """Write settings as lines for a POSIX shell."""
    for name, value in environment.items():
        yield f"export {name}={shlex.quote(value)}"
