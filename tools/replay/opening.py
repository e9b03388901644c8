"""What is named on the command line becomes a source."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consumer.settings import Settings
from schemas.moments import rfc3339
from tools.errors import BadInput
from tools.replay.source import Source

HISTORY: Final = "history"
DEAD_LETTERS: Final = "dead-letters"
RETAINED: Final = "retained"
WORDS: Final = (HISTORY, DEAD_LETTERS, RETAINED)
"""Words that name a source; a file of such a name is written with its folder: ./history."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command line says about the source."""

    names: Sequence[str]
    """Files, folders, ``gs://bucket/prefix*``, or one of the :data:`WORDS`."""
    as_of_then: bool = False
    """Whether events of the history carry what the model saw."""
    subscription: str | None = None
    """Of the dead letters; None for the usual one."""
    topic: str | None = None
    """Full name of the topic whose retained messages are meant."""
    at: datetime | str | None = None
    """From when on they are meant, or the full name of a snapshot."""

    @property
    def word(self) -> str | None:
        """The word that names the source; None for files."""
        return self.names[0] if len(self.names) == 1 and self.names[0] in WORDS else None

    def __str__(self) -> str:
        """Name the source the same way each time it is asked for."""
        at = rfc3339(self.at) if isinstance(self.at, datetime) else self.at
        extra = [self.subscription, self.topic, at]
        then = ["as of then"] if self.as_of_then else []
        return " ".join([*self.names, *(each for each in extra if each), *then])


def require_sense(asked: Asked) -> None:
    """Refuse what does not go together.

    Raises:
        BadInput: the text says what does.
    """
    if not asked.names:
        raise BadInput(f"name a source: files, gs://bucket/prefix*, or one of {', '.join(WORDS)}")
    if asked.as_of_then and asked.word != HISTORY:
        raise BadInput("--as-of needs what the history recorded: it goes with the source history")
    if asked.subscription and asked.word != DEAD_LETTERS:
        raise BadInput("--subscription goes with the source dead-letters")
    if (asked.at is not None) != (asked.word == RETAINED):
        raise BadInput("--from or --snapshot go with the source retained, and it needs one of them")


def require_readable_again(asked: Asked, *, in_event_order: bool) -> None:
    """Refuse an order that cannot be had.

    Raises:
        BadInput: Pub/Sub's messages would all have to be held at once.
    """
    if in_event_order and asked.word in {DEAD_LETTERS, RETAINED}:
        raise BadInput("--order goes with files and the history, which can be read again")


@contextmanager
def open_source(
    asked: Asked,
    settings: Settings,
    *,
    replay_id: str,
    started: datetime,
    check: Callable[[], object],
) -> Iterator[Source]:
    """Open a source for the time of the block.

    Args:
        asked: which one.
        settings: say where database and Pub/Sub are.
        replay_id: the same each time a replay goes on.
        started: when it began.
        check: raises where somebody asked to stop; is called while nothing comes.

    Raises:
        BadInput: it makes no sense, or is not there.
        ChurnError: what it is read from is away, or refuses.
    """
    require_sense(asked)
    if asked.word == HISTORY:
        yield from _history(asked, settings, started)
    elif asked.word == DEAD_LETTERS:
        yield from _dead_letters(asked, settings, started, check)
    elif asked.word == RETAINED:
        yield from _retained(asked, settings, replay_id, started, check)
    else:
        yield from _files(asked, started)


# Each imports what it needs by itself: Google's clients and SQLAlchemy take a second together.


def _files(asked: Asked, started: datetime) -> Iterator[Source]:
    from tools.replay.files.opening import open_files  # noqa: PLC0415

    with open_files(asked.names, now=started) as source:
        yield source


def _history(asked: Asked, settings: Settings, started: datetime) -> Iterator[Source]:
    from consumer.database import open_database  # noqa: PLC0415
    from consumer.history import require_schema  # noqa: PLC0415
    from tools.replay.history_source import HistorySource  # noqa: PLC0415

    with open_database(settings.postgresql, settings.cloudsql) as database:
        require_schema(database.engine)
        yield HistorySource(database.engine, started=started, as_of_then=asked.as_of_then)


def _dead_letters(
    asked: Asked, settings: Settings, started: datetime, check: Callable[[], object]
) -> Iterator[Source]:
    from consumer.subscriber.client import open_client  # noqa: PLC0415
    from tools.replay.subscriptions.dead_letters import DeadLetterSource  # noqa: PLC0415
    from tools.replay.subscriptions.opening import (  # noqa: PLC0415
        dead_letter_subscription,
        look_at,
    )
    from tools.terminal import complain  # noqa: PLC0415

    path = dead_letter_subscription(settings, asked.subscription)
    with open_client() as client:
        for warning in look_at(client, settings, path):
            complain(warning)
        with DeadLetterSource.of(client, path, started=started, check=check) as source:
            yield source


def _retained(
    asked: Asked,
    settings: Settings,
    replay_id: str,
    started: datetime,
    check: Callable[[], object],
) -> Iterator[Source]:
    from consumer.subscriber.client import open_client  # noqa: PLC0415
    from tools.publish import topic_of  # noqa: PLC0415
    from tools.replay.subscriptions.retained import RetainedSource  # noqa: PLC0415

    assert asked.at is not None  # noqa: S101 - require_sense saw to it
    topic = asked.topic or topic_of(settings, None)
    with (
        open_client() as client,
        RetainedSource(
            client, topic, asked.at, replay_id=replay_id, started=started, check=check
        ) as source,
    ):
        yield source
