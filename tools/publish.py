"""`churn publish`: plays the CRM."""

import time
from dataclasses import dataclass
from typing import Annotated

import orjson
import typer

from consumer.errors import AccessDenied, ChurnError, ResourceMissing
from consumer.settings import Settings
from consumer.subscriber.client import open_client
from consumer.subscriber.subscription import describe
from tools.crm.pace import paced
from tools.crm.publishing import Crm, publisher_client
from tools.crm.source import Events, opened, sampled
from tools.options import Config
from tools.resource_names import full_name
from tools.stack.names import Names
from tools.terminal import complain, interruption, progress, settings_of

MAX_RATE = 100_000.0


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
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Publish customer updates as the CRM does, and say how many the server confirmed.

    A line is event data such as {"id_client": 1001, "balance": 250.0}, or a message as
    {"attributes": {...}, "data": ...}, or a structured CloudEvent. A file is checked whole before
    anything is sent; standard input is sent line by line.

    Example: churn publish --sample 300 --rate 60
    """
    if file is not None and sample is None:
        source = opened(file)
    elif sample is not None and file is None:
        source = sampled(sample, seed, with_broken=with_broken)
    else:
        raise typer.BadParameter("give either a FILE of events or --sample N")
    settings = settings_of(config)
    with source as events:
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
        with open_client() as client:
            return describe(client, settings.subscription_path).topic
    except (ResourceMissing, AccessDenied):
        return full_name(settings, "topics", Names().input_topic, option="--topic")


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
        with interruption(at_once=True) as ending:
            for message in paced(progress(events.messages, "publishing", events.count), rate):
                ending.check()
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
