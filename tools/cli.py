"""The `churn` command line: one table of commands, each imported only when it is asked for.

Importing every command would cost seconds (scikit-learn, Google's clients) before `churn --help`
could answer. So the table holds names and a line of help, and only the command that is named on
the command line is loaded.
"""

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from consumer.errors import ChurnError

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table: `churn NAME` runs ``function`` of ``module``, or a group of them."""

    name: str
    module: str
    function: str
    help: str


COMMANDS: tuple[Command, ...] = (
    Command("demo", "tools.demo", "demo", "Start everything, score sample events, show alerts."),
    Command("run", "tools.run", "run", "Run the worker, as the image does."),
    Command("show", "tools.show", "show", "Show customers as the database has them."),
    Command("score", "tools.score", "score", "Score customers by the worker's own code."),
    Command("doctor", "tools.doctor", "doctor", "Check settings, database, model and topics."),
    Command("seed", "tools.seed", "seed", "Load customers and indicators from CSV files."),
    Command("migrate", "tools.migrate", "migrate", "Bring the score history's tables up to date."),
    Command("forget", "tools.forget", "forget", "Erase customers from the database."),
    Command("train", "tools.train", "train", "Train a model; write pickle and manifest."),
    Command("publish", "tools.publish", "publish", "Publish events, as the CRM does."),
    Command("watch", "tools.watch", "watch", "Show alerts as a subscriber gets them."),
    Command(
        "dead-letters",
        "tools.dead_letters.command",
        "dead_letters",
        "Look at dead letters, or purge.",
    ),
    Command("replay", "tools.replay.command", "replay", "Send events of the past again."),
    Command("what-if", "tools.what_if.command", "what_if", "Compare two models on the past."),
    Command("shadow", "tools.shadow", "shadow", "Show what a candidate model would change."),
    Command("drift", "tools.drift", "drift", "Show how far scores and inputs have drifted."),
    Command("stack", "tools.stack.command", "stack", "Run the local stack in the foreground."),
    Command("emulator", "tools.emulator.command", "emulator", "Run the embedded Pub/Sub server."),
    Command("capacity", "tools.capacity.command", "capacity", "Size a deployment for a rate."),
    Command("bench", "tools.bench.command", "bench", "Measure speed and memory, and compare."),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 the thing asked failed, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        command_line(given)(given, standalone_mode=True)
    except (ChurnError, OSError) as error:  # the second from a disk that is full, for example
        print(f"churn: {error}", file=sys.stderr)  # noqa: T201 - this is the command's output
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def command_line(arguments: Sequence[str]) -> Any:
    """Build the command line with the one command that ``arguments`` name loaded."""
    app = typer.Typer(
        name="churn",
        help="Customer-update events from Pub/Sub in, churn alerts out.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    asked = next((word for word in arguments if not word.startswith("-")), None)
    for row in COMMANDS:
        function = _load(row) if row.name == asked else _only_listed
        if isinstance(function, typer.Typer):
            app.add_typer(function, name=row.name, short_help=row.help)
        else:
            app.command(row.name, short_help=row.help)(function)
    return typer.main.get_command(app)


def _load(row: Command) -> Callable[..., Any] | typer.Typer:
    function: Callable[..., Any] | typer.Typer = getattr(
        importlib.import_module(row.module), row.function
    )
    return function


def _only_listed() -> None:
    raise AssertionError("a command that was not asked for was run")
