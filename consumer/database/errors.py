"""Whatever pg8000, SQLAlchemy or the network raise, as the worker's own errors.

PostgreSQL's answers carry a SQLSTATE ("PostgreSQL Error Codes", appendix A of its manual), and
each is looked up by its whole code, else by its class, the first two characters. A code that is
in neither list is DatabaseDown: holding loses no event and shows in the health, while a dead
letter for an unforeseen answer could divert a whole topic.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pg8000
import sqlalchemy.exc

from consumer.errors import (
    AccessDenied,
    ChurnError,
    DatabaseDown,
    ResourceMissing,
    UnprocessableRow,
    WorkerBroken,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a SQLSTATE means to the worker."""

    error: type[ChurnError]
    advice: str
    quotes_server: bool = True
    """Whether the server's own words may be repeated: they never hold a customer's data."""


_LOGIN = "check postgresql.username, postgresql.password and cloudsql.iam_auth"
_TABLES = (
    "make the tables with `churn seed`, those of the history with `churn migrate`, "
    "or set postgresql.database to where they are"
)
_ROW = "the database cannot process this row: correct the event, or the customer's rows"

SQLSTATES: Final[Mapping[str, Meaning]] = {
    # The connection, the server's resources, its shutdown, failover and internal trouble pass.
    "08": Meaning(DatabaseDown, "the connection broke; it is opened again"),
    "25": Meaning(DatabaseDown, "the server may be a replica in a failover; it is tried again"),
    "40": Meaning(DatabaseDown, "the transaction is tried again"),
    "53": Meaning(DatabaseDown, "free resources on the server"),
    "53300": Meaning(DatabaseDown, "lower postgresql.pool_size or raise max_connections"),
    "55": Meaning(DatabaseDown, "something else holds what is asked for; it is tried again"),
    "57": Meaning(DatabaseDown, "the server is stopping or starting; it is tried again"),
    "57014": Meaning(
        DatabaseDown, "look for load or locks, or raise postgresql.statement_timeout_ms"
    ),
    "58": Meaning(DatabaseDown, "look at the server's disk and log"),
    "XX": Meaning(DatabaseDown, "look at the server's log", quotes_server=False),
    # Identity and permissions.
    "28": Meaning(AccessDenied, _LOGIN),
    "42501": Meaning(
        AccessDenied,
        "grant SELECT on the tables to postgresql.username, and with the history on SELECT, "
        "INSERT, UPDATE and DELETE on its tables",
    ),
    # The database or its tables are not there, or are not the worker's.
    "3D": Meaning(ResourceMissing, "create the database or correct postgresql.database"),
    "3F": Meaning(ResourceMissing, _TABLES),
    "42": Meaning(ResourceMissing, _TABLES),
    # About the values of one row. The server's words would repeat them.
    "21": Meaning(UnprocessableRow, _ROW, quotes_server=False),
    "22": Meaning(UnprocessableRow, _ROW, quotes_server=False),
    "23": Meaning(UnprocessableRow, _ROW, quotes_server=False),
    "54": Meaning(UnprocessableRow, _ROW, quotes_server=False),
}
UNKNOWN = Meaning(DatabaseDown, "look at the server's log", quotes_server=False)

_UNREACHABLE = (
    "check that the server runs, and postgresql.hostname and postgresql.port, "
    "or postgresql.unix_socket, or cloudsql.instance"
)

_BROKEN = (
    OSError,
    pg8000.InterfaceError,
    pg8000.OperationalError,
    sqlalchemy.exc.DisconnectionError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the block raises into a ChurnError."""
    try:
        yield
    except Exception as error:
        raise translate(error) from error


def translate(error: Exception) -> ChurnError:
    """Find the worker's error for one that a database call raised; no password is in its text."""
    if isinstance(error, ChurnError):
        return error
    original = getattr(error, "orig", None) or error
    answer = _answer(original)
    return _without_answer(original) if answer is None else _from_answer(answer)


def sqlstate(error: BaseException) -> str | None:
    """Give the SQLSTATE of an error that pg8000 raised, or None where the server sent none."""
    answer = error.args[0] if error.args else None
    return answer.get("C") if isinstance(answer, dict) else None


def _answer(error: BaseException) -> Mapping[str, str] | None:
    """Find what the server answered, if it did.

    When a server refuses a login, pg8000 says goodbye to it; where the server has hung up before,
    that fails, and the refusal is only in the context of the failure.
    """
    seen: BaseException | None = error
    while isinstance(seen, (pg8000.Error, OSError)):
        if sqlstate(seen) is not None:
            answer: Mapping[str, str] = seen.args[0]
            return answer
        seen = seen.__context__
    return None


def _from_answer(answer: Mapping[str, str]) -> ChurnError:
    code = answer["C"]
    meaning = SQLSTATES.get(code) or SQLSTATES.get(code[:2], UNKNOWN)
    words = f"{' '.join(answer.get('M', '').split())} " if meaning.quotes_server else ""
    return meaning.error(f"PostgreSQL answers {words}(SQLSTATE {code}): {meaning.advice}")


def _without_answer(error: Exception) -> ChurnError:
    """Tell trouble on the way to the server from a mistake of ours."""
    if isinstance(error, sqlalchemy.exc.TimeoutError):
        return DatabaseDown("no database connection was free in time: raise postgresql.pool_size")
    if isinstance(error, ssl.SSLError):
        return DatabaseDown(f"TLS with PostgreSQL failed ({_reason(error)}): {_UNREACHABLE}")
    if isinstance(error, _BROKEN):
        return DatabaseDown(f"cannot reach PostgreSQL ({_reason(error)}): {_UNREACHABLE}")
    return WorkerBroken(f"a database call failed with {type(error).__name__}: this is a defect")


def _reason(error: BaseException) -> str:
    """Say what the operating system said, which stands at the end of the chain of causes."""
    while error.__cause__ is not None:
        error = error.__cause__
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(told.split()) or type(error).__name__
