"""The events that the score history knows, as events that can be scored again.

The history keeps what the model saw, not what the CRM sent. So an event comes either with its
customer's id alone, and what is known today is looked up; or, as of then, with all that the model
saw, and nothing is looked up that the model saw.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

import orjson
import sqlalchemy

from consumer.database import translated
from consumer.message import Message
from schemas.events import binary_attributes
from schemas.moments import rfc3339
from schemas.tables import FEATURE_OF_COLUMN, Kind
from tools.errors import BadInput
from tools.replay.source import Entry

PAGE_ROWS: Final = 5_000
"""What one statement reads; between two of them no transaction is open."""

_COUNT = sqlalchemy.text("""
    SELECT count(*) FROM score_history
     WHERE replay_id = '' AND scored_at < CAST(:started AS timestamptz)
""")

# Moments as text: pg8000 reads a timestamptz ten times as slowly. Rows of one moment are told apart
# by their keys, so that a page begins exactly where the one before it ended.
_PAGE = sqlalchemy.text("""
    SELECT to_char(scored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           event_source, event_id, id_client,
           to_char(event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           CAST(inputs AS text)
      FROM score_history
     WHERE replay_id = '' AND scored_at < CAST(:started AS timestamptz)
       AND (scored_at, event_source, event_id) > (CAST(:at AS timestamptz), :source, :id)
     ORDER BY scored_at, event_source, event_id
     LIMIT :most
""")


class _Cursor(NamedTuple):
    """The row after which to go on, and how many rows there were up to it."""

    scored_at: str
    source: str
    id: str
    rows: int


_BEGINNING: Final = _Cursor("-infinity", "", "", 0)


class HistorySource:
    """Reads the history in the order in which its events were scored; replays are left out."""

    def __init__(
        self, engine: sqlalchemy.Engine, *, started: datetime, as_of_then: bool = False
    ) -> None:
        """Read from a database whose history is there.

        Args:
            engine: of the database.
            started: when the replay began; what was scored later does not count.
            as_of_then: whether events carry what the model saw when they were scored.
        """
        self._engine = engine
        self._started = rfc3339(started)
        self._as_of_then = as_of_then
        with translated(), engine.connect() as connection:
            counted = connection.execute(_COUNT, {"started": self._started})
            self._total = int(counted.scalar_one())

    @property
    def name(self) -> str:
        """Say which of the two ways of reading it is."""
        return "the score history, as of then" if self._as_of_then else "the score history"

    @property
    def total(self) -> int:
        """Rows, when the source was opened."""
        return self._total

    def entries(self, after: str | None = None) -> Iterator[Entry]:
        """Read page by page; as :class:`tools.replay.source.Source` says."""
        cursor = _BEGINNING if after is None else _cursor(after)
        while rows := self._page(cursor):
            for row in rows:
                cursor = _Cursor(row[0], row[1], row[2], cursor.rows + 1)
                yield Entry(self._message(row), orjson.dumps(tuple(cursor)).decode(), cursor.rows)

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Do nothing: reading takes nothing out of the history."""

    def _page(self, cursor: _Cursor) -> Sequence[Sequence[Any]]:
        asked = {
            "started": self._started,
            "at": cursor.scored_at,
            "source": cursor.source,
            "id": cursor.id,
            "most": PAGE_ROWS,
        }
        with translated(), self._engine.connect() as connection:
            return connection.execute(_PAGE, asked).all()

    def _message(self, row: Sequence[Any]) -> Message:
        _, source, event_id, customer, time, inputs = row
        moment = datetime.fromisoformat(time)
        data = {"id_client": customer}
        if self._as_of_then:
            data |= fields_of(orjson.loads(inputs), moment.date())
        attributes = binary_attributes(source, event_id, moment)
        return Message(event_id, orjson.dumps(data), attributes, moment)


def fields_of(inputs: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Turn what a model saw, by column, into the fields of an event of that (UTC) day."""
    return {
        FEATURE_OF_COLUMN[column].name: _field(column, value, day)
        for column, value in inputs.items()
        if column in FEATURE_OF_COLUMN
    }


def _field(column: str, value: Any, day: date) -> Any:
    """Turn a tenure back into the day that it is counted from."""
    if value is None or FEATURE_OF_COLUMN[column].kind is not Kind.TENURE:
        return value
    return (day - timedelta(days=round(value))).isoformat()


def _cursor(text: str) -> _Cursor:
    try:
        cursor = _Cursor(*orjson.loads(text))
        datetime.fromisoformat(cursor.scored_at)
    except (TypeError, ValueError):
        raise BadInput("the checkpoint is not one of the score history") from None
    return cursor
