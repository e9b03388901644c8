"""`churn publish`: plays the CRM."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import typer
from google.cloud.pubsub_v1 import SubscriberClient
from rich.console import Console
from rich.progress import track

from consumer.errors import AccessDenied, ChurnError, ResourceMissing
from consumer.message import OutgoingMessage
from consumer.settings import Settings
from consumer.subscriber.subscription import describe
from tools.crm.lines import read_events
from tools.crm.pace import paced
from tools.crm.publishing import Crm, publisher_client
from tools.errors import BadInput
from tools.resource_names import full_name
from tools.sample.events import sample_events
from tools.terminal import complain, settings_of

STANDARD_INPUT = "-"
USUAL_TOPIC = "customer-updates"
MAX_RATE = 100_000.0


@dataclass(frozen=True, slots=True)
class Events:
    """What is to be published, and how many they are where that is known."""

    messages: Iterable[OutgoingMessage]
    count: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """What the server confirmed."""

    topic: str
    confirmed: int
    seconds: float

    def __str__(self) -> str:
        rate = self.confirmed / self.seconds if self.seconds else 0.0
        return (
            f"{self.confirmed} events confirmed by {self.topic} "
            f"in {self.seconds:.1f} s ({rate:.0f}/s)"
        )


def publish(
    *,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="JSON Lines of events; - reads standard input."),
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Publish so many events of sample customers instead.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, max=MAX_RATE, help="Events a second; else no limit.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal sample events.")] = 1,
    with_broken: Annotated[
        bool,
        typer.Option(
            "--with-broken",
            help="Add to --sample broken events, an unknown customer and a duplicate.",
        ),
    ] = False,
    topic: Annotated[
        str | None,
        typer.Option(help="Where to; else the topic of the subscription in the settings."),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="YAML file of settings.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Publish customer updates as the CRM does, and say how many the server confirmed.

    A line is event data such as {"id_client": 1001, "balance": 250.0}, or a message as
    {"attributes": {...}, "data": ...}, or a structured CloudEvent. A file is checked whole before
    anything is sent; standard input is sent line by line.

    Example: churn publish --sample 300 --rate 60
    """
    if (file is None) == (sample is None):
        raise typer.BadParameter("give either a FILE of events or --sample N")
    settings = settings_of(config)
    with _opened(file) as lines:
        events = _sampled(sample, seed, with_broken=with_broken) if lines is None else lines
        crm = Crm(publisher_client(), topic_of(settings, topic))
        play(crm, events, rate, as_json=as_json)


def topic_of(settings: Settings, topic: str | None) -> str:
    """Name the topic in full: the one that is given, else the one that the worker listens to.

    A CRM may not be allowed to look at the worker's subscription; then the topic has its usual
    name.

    Raises:
        PubSubDown: no answer.
        BadSettings: no project is set.
    """
    if topic is not None:
        return full_name(settings, "topics", topic, option="--topic")
    try:
        with SubscriberClient() as client:
            return describe(client, settings.subscription_path).topic
    except (ResourceMissing, AccessDenied):
        return full_name(settings, "topics", USUAL_TOPIC, option="--topic")


def play(crm: Crm, events: Events, rate: float | None, *, as_json: bool) -> None:
    """Publish everything, and report what was confirmed however it ends.

    Raises:
        ChurnError: a line is wrong, or the server refuses or is away.
    """
    started = time.monotonic()

    def report() -> None:
        published = Published(crm.topic, crm.confirmed, round(time.monotonic() - started, 3))
        typer.echo(orjson.dumps(published).decode() if as_json else str(published))

    try:
        for message in paced(_shown(events), rate):
            crm.publish(message)
        crm.finish()
    except (ChurnError, KeyboardInterrupt) as reason:
        crm.give_up()
        report()
        if isinstance(reason, KeyboardInterrupt):
            complain("interrupted")
            raise typer.Exit(130) from None
        raise
    report()


def _shown(events: Events) -> Iterable[OutgoingMessage]:
    """Show progress on a terminal; elsewhere nothing."""
    console = Console(stderr=True)
    return track(
        events.messages,
        "publishing",
        total=events.count,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _sampled(sample: int | None, seed: int, *, with_broken: bool) -> Events:
    count = sample or 0
    events = sample_events(count, seed, now=_now, with_broken=with_broken)
    return Events((event.message for event in events), count)


@contextmanager
def _opened(file: str | None) -> Iterator[Events | None]:
    """Open the file of events, once all its lines are known to be right; None where there is none.

    Raises:
        BadInput: the file cannot be read, or a line is wrong.
    """
    if file is None:
        yield None
    elif file == STANDARD_INPUT:
        yield Events(_read(sys.stdin.buffer, "standard input"), None)
    else:
        # What is no plain file, such as a named pipe, can be read only once.
        count = _checked(file) if Path(file).is_file() else None
        with _open(file) as lines:
            yield Events(_read(lines, file), count)


def _checked(file: str) -> int:
    with _open(file) as lines:
        return sum(1 for _ in _read(lines, file))


def _open(file: str) -> BinaryIO:
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise BadInput(f"{file}: cannot be read: {error.strerror}") from None


def _read(lines: BinaryIO, name: str) -> Iterator[OutgoingMessage]:
    return read_events(lines, name, now=_now)


def _now() -> datetime:
    return datetime.now(UTC)
