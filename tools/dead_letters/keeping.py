"""What becomes of dead letters that are not sent again: kept in a file, or purged."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from consumer.message import Message
from tools.dead_letters.choosing import Choice
from tools.dead_letters.exporting import exported_line, write_lines
from tools.dead_letters.looking import Looking, looking
from tools.dead_letters.options import (
    CustomerOption,
    JsonOption,
    QuietOption,
    ReasonOption,
    SubscriptionOption,
)
from tools.errors import BadInput
from tools.options import Config, moment
from tools.replay.subscriptions.dead_letters import QUIET_SECONDS
from tools.replay.subscriptions.originals import DamagedEnvelope
from tools.terminal import complain, interruption, progress


class _Count:
    """Counts the lines that are written, and the dead letters that cannot be."""

    def __init__(self) -> None:
        self.written = 0
        self.damaged: list[str] = []

    def lines(self, letters: Iterable[Message]) -> Iterator[bytes]:
        for letter in letters:
            try:
                written = exported_line(letter)
            except DamagedEnvelope:
                self.damaged.append(letter.message_id)
                continue
            self.written += 1
            yield written


def export(
    file: Annotated[Path, typer.Argument(help="A new file of JSON Lines.")],
    *,
    reason: ReasonOption = None,
    customer: CustomerOption = None,
    subscription: SubscriptionOption = None,
    quiet: QuietOption = QUIET_SECONDS,
    config: Config = None,
    as_json: JsonOption = False,
) -> None:
    """Write the original messages to a file that `churn replay FILE` reads; nothing is taken off.

    The file holds the original bytes, and so customers' names: only its owner may read it.

    Example: churn dead-letters export letters.jsonl
    """
    count, choice = _Count(), Choice(reason=reason, customer=customer)
    with looking(subscription, config, quiet) as look:
        letters = filter(choice.includes, progress(look.letters(), "exporting"))
        write_lines(file, count.lines(letters))
        complete = look.is_complete
    for message_id in count.damaged:
        complain(f"dead letter {message_id}: its envelope is damaged; it is not in the file")
    report = {"exported": count.written, "damaged": len(count.damaged), "complete": complete}
    _tell(
        {"file": str(file), **report},
        f"{count.written} dead letters written to {file}",
        rest="they are not in the file",
        as_json=as_json,
    )
    if count.damaged:
        raise typer.Exit(1)


def purge(
    message_ids: Annotated[
        list[str] | None, typer.Argument(metavar="MESSAGE_ID", help="Only these.")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reason: ReasonOption = None,
    customer: CustomerOption = None,
    error: Annotated[
        str | None, typer.Option(help="Only those of this error class, such as InvalidEvent.")
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option(parser=moment, help="Only those that were dead before this RFC 3339 time."),
    ] = None,
    subscription: SubscriptionOption = None,
    quiet: QuietOption = QUIET_SECONDS,
    config: Config = None,
    as_json: JsonOption = False,
) -> None:
    """Take dead letters off for good: all, or those that the arguments and options name.

    It cannot be undone. `churn dead-letters export` keeps them in a file before.

    Example: churn dead-letters purge --error InvalidEvent --before 2026-01-01T00:00:00Z
    """
    choice = Choice(frozenset(message_ids or ()), error, reason, before, customer)
    if not yes and not sys.stdin.isatty():
        raise BadInput("purging cannot be undone: say --yes where nobody can be asked")
    with looking(subscription, config, quiet) as look:
        read = list(_ids(look, choice))
        chosen = [message_id for message_id, is_chosen in read if is_chosen]
        complete = look.is_complete
        if not yes and chosen:
            question = f"Purge {len(chosen)} of {len(read)} dead letters of {look.subscription}?"
            with interruption(at_once=True):
                typer.confirm(question, abort=True, err=True)
        look.take_off(chosen)
    report = {"purged": len(chosen), "left": len(read) - len(chosen), "complete": complete}
    _tell(
        report,
        f"{len(chosen)} dead letters purged, {len(read) - len(chosen)} left",
        rest="run the same command again",
        as_json=as_json,
    )
    if missing := choice.message_ids.difference(chosen):
        raise BadInput(
            f"not among the dead letters that were asked for: {', '.join(sorted(missing))}"
        )


def _ids(look: Looking, choice: Choice) -> Iterator[tuple[str, bool]]:
    for letter in progress(look.letters(), "reading"):
        yield letter.message_id, choice.includes(letter)


def _tell(report: Mapping[str, object], text: str, *, rest: str, as_json: bool) -> None:
    typer.echo(orjson.dumps(report).decode() if as_json else text)
    if not report["complete"]:
        complain(f"there are more than can be held at once: {rest}")
