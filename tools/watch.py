"""`churn watch`: plays a downstream subscriber."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
import typer
from google.cloud.pubsub_v1 import SubscriberClient
from rich.console import Console
from rich.text import Text

from consumer.message import Message
from consumer.settings import Settings
from consumer.subscriber.client import open_client
from tools.downstream.alerts import alert_document, alert_line
from tools.downstream.dead_letters import dead_letter_document, dead_letter_line
from tools.downstream.receiver import Receiver
from tools.downstream.subscriptions import require_subscription, temporary_subscription
from tools.options import Config
from tools.resource_names import full_name
from tools.stack.names import Names
from tools.terminal import Interruption, interruption, settings_of

MOST_HELD = 1_000
GLANCE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class View:
    """What is watched, and how it is shown."""

    noun: str
    subscription: str
    topic: Callable[[Settings], str]
    line: Callable[[Message], Text]
    document: Callable[[Message], dict[str, Any]]


ALERTS = View(
    "alerts",
    Names().alert_watch,
    lambda settings: settings.alert_topic_path,
    alert_line,
    alert_document,
)
DEAD_LETTERS = View(
    "dead letters",
    Names().dead_letter_watch,
    lambda settings: settings.dead_letter_topic_path,
    dead_letter_line,
    dead_letter_document,
)


def watch(
    *,
    subscription: Annotated[
        str | None, typer.Option(help="Subscription to receive from; else the local stack's own.")
    ] = None,
    from_topic: Annotated[
        bool,
        typer.Option("--from-topic", help="Subscribe to the topic anew, and only while watching."),
    ] = False,
    dead_letters: Annotated[
        bool, typer.Option("--dead-letters", help="Show dead letters instead, without their data.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="End after so many.")] = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show alerts as a downstream subscriber gets them, until Ctrl-C or `--limit`.

    Each is acknowledged once it is shown, so no other reader of the same subscription gets it.

    Example: churn watch --from-topic
    """
    if subscription is not None and from_topic:
        raise typer.BadParameter("give either --subscription or --from-topic")
    settings = settings_of(config)
    view = DEAD_LETTERS if dead_letters else ALERTS
    name = None if from_topic else subscription or view.subscription
    with (
        interruption() as ending,
        open_client() as client,
        _source(client, settings, view, name) as source,
        Receiver(client, source, most=min(limit or MOST_HELD, MOST_HELD)) as receiver,
    ):
        typer.echo(f"watching {source}; Ctrl-C ends", err=True)
        seen = show_each(receiver, _shower(view, as_json=as_json), ending, limit)
    typer.echo(f"{seen} {view.noun} shown", err=True)


def show_each(
    receiver: Receiver, show: Callable[[Message], None], ending: Interruption, limit: int | None
) -> int:
    """Show each message and acknowledge it, until Ctrl-C or the limit; gives how many there were.

    Raises:
        ChurnError: the subscription cannot be received from.
    """
    seen = 0
    while not ending.came and (limit is None or seen < limit):
        if (arrival := receiver.next(GLANCE_SECONDS)) is not None:
            show(arrival.message)
            arrival.ack()
            seen += 1
    return seen


@contextmanager
def _source(
    client: SubscriberClient, settings: Settings, view: View, name: str | None
) -> Iterator[str]:
    """Give the full name of what is received from; a subscription of its own for no name."""
    if name is None:
        with temporary_subscription(client, view.topic(settings)) as temporary:
            yield temporary
        return
    path = full_name(settings, "subscriptions", name, option="--subscription")
    require_subscription(client, path)
    yield path


def _shower(view: View, *, as_json: bool) -> Callable[[Message], None]:
    if as_json:
        return lambda message: typer.echo(orjson.dumps(view.document(message)).decode())
    console = Console(highlight=False, markup=False)
    return lambda message: console.print(view.line(message), soft_wrap=True)
