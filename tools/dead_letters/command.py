"""`churn dead-letters`: what an operator does with dead letters before they are sent again."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated

import orjson
import typer
from rich.console import Console

from consumer.message import Message
from schemas.moments import rfc3339
from tools.dead_letters.choosing import Choice
from tools.dead_letters.grouping import Group, grouped
from tools.dead_letters.keeping import export, purge
from tools.dead_letters.lines import document, line
from tools.dead_letters.looking import Looking, looking
from tools.dead_letters.options import (
    CustomerOption,
    JsonOption,
    QuietOption,
    ReasonOption,
    SubscriptionOption,
)
from tools.dead_letters.showing import full_document, full_text
from tools.downstream.text import printable
from tools.errors import BadInput
from tools.options import Config
from tools.replay.subscriptions.dead_letters import QUIET_SECONDS
from tools.replay.subscriptions.held import MOST_A_PULL
from tools.terminal import complain, progress

dead_letters = typer.Typer(
    help="Look at dead letters, keep them in a file, purge them. Looking takes nothing off; "
    "`churn replay dead-letters` sends them again.",
    no_args_is_help=True,
)


@dead_letters.command("list")
def list_them(
    *,
    limit: Annotated[int, typer.Option(min=1, help="Show so many at the most.")] = 100,
    reason: ReasonOption = None,
    customer: CustomerOption = None,
    subscription: SubscriptionOption = None,
    quiet: QuietOption = QUIET_SECONDS,
    config: Config = None,
    as_json: JsonOption = False,
) -> None:
    """Show dead letters, one a line, without their data: message id, time, error and reason.

    Example: churn dead-letters list --reason UnknownCustomer --limit 20
    """
    show, choice = _shower(as_json=as_json), Choice(reason=reason, customer=customer)
    with looking(subscription, config, quiet) as look:
        most_a_pull = limit if choice == Choice() else MOST_A_PULL
        meant = filter(choice.includes, look.letters(most_a_pull=most_a_pull))
        shown = 0
        for letter in islice(meant, limit):
            show(letter)
            shown += 1
        typer.echo(f"{shown} dead letters shown{_more(look, at_limit=shown == limit)}", err=True)


@dead_letters.command()
def groups(
    *,
    reason: ReasonOption = None,
    customer: CustomerOption = None,
    subscription: SubscriptionOption = None,
    quiet: QuietOption = QUIET_SECONDS,
    config: Config = None,
    as_json: JsonOption = False,
) -> None:
    """Count dead letters by error and reason, the most frequent first.

    Example: churn dead-letters groups
    """
    choice = Choice(reason=reason, customer=customer)
    with looking(subscription, config, quiet) as look:
        found = grouped(filter(choice.includes, progress(look.letters(), "reading")))
        complete = look.is_complete
    if as_json:
        listed = [group.document(found.total) for group in found.largest_first()]
        report = {"dead_letters": found.total, "complete": complete, "groups": listed}
        typer.echo(orjson.dumps(report).decode())
        return
    for group in found.largest_first():
        for text in _group_lines(group, found.total):
            typer.echo(text)
    typer.echo(f"{found.total} dead letters{_more(look, at_limit=False)}", err=True)


@dead_letters.command()
def show(
    message_id: Annotated[str, typer.Argument(help="As `churn dead-letters list` shows it.")],
    *,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Show names and unreadable data, too.")
    ] = False,
    subscription: SubscriptionOption = None,
    quiet: QuietOption = QUIET_SECONDS,
    config: Config = None,
    as_json: JsonOption = False,
) -> None:
    """Show one dead letter in full; customers' names are hidden.

    Hidden are `nom` at any depth, and whatever is no JSON object.

    Example: churn dead-letters show 8213
    """
    with looking(subscription, config, quiet) as look:
        letters = progress(look.letters(), "looking for it")
        letter = next((each for each in letters if each.message_id == message_id), None)
    if letter is None:
        raise BadInput(
            f"message {message_id} is not among the dead letters of {look.subscription}: "
            "`churn dead-letters list` shows those that are"
        )
    if unmasked:
        complain("unmasked: customers' names may follow; let them not stay in files or tickets")
    if as_json:
        typer.echo(json.dumps(full_document(letter, unmasked=unmasked)))
        return
    for text in full_text(letter, unmasked=unmasked):
        typer.echo(text)


dead_letters.command()(export)
dead_letters.command()(purge)


def _shower(*, as_json: bool) -> Callable[[Message], None]:
    if as_json:
        return lambda letter: typer.echo(orjson.dumps(document(letter)).decode())
    console = Console(highlight=False, markup=False)
    return lambda letter: console.print(line(letter), soft_wrap=True)


def _more(look: Looking, *, at_limit: bool) -> str:
    if not look.is_complete:
        return "; there are more than can be held at once, and those were not looked at"
    return "; --limit shows more" if at_limit else ""


def _group_lines(group: Group, total: int) -> Iterator[str]:
    yield f"{group.count:>8}  {group.count / total:>4.0%}  {printable(group.error)}"
    yield f"                {printable(group.reason)}"
    first, last, oldest = map(_to_the_second, (group.first, group.last, group.oldest))
    yield f"                dead since {first}, last {last}, oldest event {oldest}"
    redriven = f"{group.redriven} of them redriven before; " if group.redriven else ""
    yield f"                {redriven}for example message {group.example}"


def _to_the_second(moment: datetime) -> str:
    return rfc3339(moment.replace(microsecond=0))
