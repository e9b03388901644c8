"""Options of `churn replay`, and what they mean; `churn what-if` shares some of them."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from consumer.settings import Settings
from tools.errors import BadInput
from tools.options import moment, wrong_usage
from tools.replay.conditions import condition
from tools.replay.opening import Asked, require_sense
from tools.replay.selection import Selection
from tools.resource_names import full_name

_ID_FORM: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="Files, folders, gs://bucket/prefix*; or one of history, dead-letters, retained.",
    ),
]
Since = Annotated[
    datetime | None,
    typer.Option(parser=moment, metavar="TIME", help="Events of this time (RFC 3339) and later."),
]
Until = Annotated[
    datetime | None, typer.Option(parser=moment, metavar="TIME", help="Events before this time.")
]
Customers = Annotated[
    list[int] | None,
    typer.Option("--customer", metavar="ID", help="Events of this customer, and others so named."),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONDITION",
        help="Like pays=France, balance>=1000, age=null, reason~unknown (~: contains); all given "
        "must hold.",
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, help="So many events at the most.")]
Sample = Annotated[
    float,
    typer.Option(min=0.0, max=1.0, help="This share of the events, the same ones each time."),
]
AsOf = Annotated[
    bool,
    typer.Option("--as-of", help="Of history: with what the model saw then, not today's data."),
]
SubscriptionName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of dead-letters: where they are read; else the usual one."),
]
RetainedTopic = Annotated[
    str | None,
    typer.Option("--topic", help="Of retained: whose messages; else the worker's input topic."),
]
From = Annotated[
    datetime | None,
    typer.Option(
        "--from", parser=moment, metavar="TIME", help="Of retained: published then or later."
    ),
]
Snapshot = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of retained: from this snapshot on.")
]
To = Annotated[str | None, typer.Option("--to", metavar="TOPIC", help="Publish to this topic.")]
IntoLive = Annotated[
    bool, typer.Option("--into-live", help="Publish to the topic that the worker listens to.")
]
HistoryOnly = Annotated[
    bool,
    typer.Option("--history-only", help="Score again into the history; nobody is alerted."),
]
Publish = Annotated[
    bool, typer.Option("--publish", help="Do it. Without it, only say what would be done.")
]
Rate = Annotated[
    float | None,
    typer.Option(min=0.001, max=1_000_000, help="Events a second; else as fast as it goes."),
]
Order = Annotated[bool, typer.Option("--order", help="By event time, the earliest first.")]
Batch = Annotated[
    int,
    typer.Option(min=1, max=20_000, help="Events confirmed together: so many may come twice."),
]
CheckpointPath = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint",
        metavar="FILE",
        help="Where it is kept how far it came; else churn-replay-….json in this folder.",
    ),
]
Restart = Annotated[
    bool, typer.Option("--restart", help="Begin anew, though an unfinished replay could go on.")
]
ReplayId = Annotated[
    str | None,
    typer.Option(help="Letters, digits and dashes; on every event and alert. Else made up."),
]
RejectsPath = Annotated[
    Path | None,
    typer.Option("--rejects", metavar="FILE", help="Where to put what cannot be sent."),
]


@wrong_usage()
def selection_of(
    *,
    since: datetime | None,
    until: datetime | None,
    customers: Sequence[int] | None,
    where: Sequence[str] | None,
    sample: float,
) -> Selection:
    """Read what is asked for.

    Raises:
        BadParameter: a condition is none, or nothing could meet all of it.
    """
    if since is not None and until is not None and since >= until:
        raise BadInput("--since must lie before --until: no event could be of that time")
    return Selection(
        since=since,
        until=until,
        customers=frozenset(customers or ()),
        conditions=tuple(condition(each) for each in where or ()),
        sample=sample,
    )


@wrong_usage()
def asked_of(
    settings: Settings,
    names: Sequence[str],
    *,
    as_of: bool,
    subscription: str | None,
    topic: str | None,
    since: datetime | None,
    snapshot: str | None,
) -> Asked:
    """Read which source is asked for.

    Raises:
        BadParameter: it makes no sense.
        BadSettings: a name needs a project, and none is set.
    """
    if since is not None and snapshot is not None:
        raise BadInput("--from and --snapshot exclude each other")
    asked = Asked(
        names,
        as_of_then=as_of,
        subscription=subscription,
        topic=topic and full_name(settings, "topics", topic, option="--topic"),
        at=since or (snapshot and full_name(settings, "snapshots", snapshot, option="--snapshot")),
    )
    require_sense(asked)
    return asked


@wrong_usage()
def replay_id_of(given: str | None) -> str | None:
    """Read a replay's id, which becomes an attribute and a part of names.

    Raises:
        BadParameter: it cannot.
    """
    if given is not None and not _ID_FORM.fullmatch(given):
        raise BadInput(
            "--replay-id may have up to 63 lower-case letters, digits and dashes, and begins with "
            "a letter or a digit"
        )
    return given
