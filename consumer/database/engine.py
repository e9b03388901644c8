"""The SQLAlchemy engine, over one of three ways: host and port, unix socket, or Cloud SQL."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import google.auth.credentials
import pg8000.dbapi
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from consumer.database.errors import sqlstate
from consumer.database.stale import Stale
from consumer.errors import BadSettings
from consumer.settings import CloudsqlSettings, PostgresqlSettings

if TYPE_CHECKING:
    from consumer.database.cloud_sql import CloudSql

APPLICATION_NAME = "churn"
CONNECT_SECONDS = 5.0
POOL_SECONDS = 5.0
"""How long a thread waits for a free connection."""
ANSWER_SECONDS = 5.0
"""What an answer may take beyond the server's own statement timeout, in a network that is up."""

Connect = Callable[[], Any]


class Database:
    """An engine, and what has to be closed with it."""

    def __init__(self, engine: sqlalchemy.Engine, cloud_sql: "CloudSql | None" = None) -> None:
        self.engine = engine
        self._cloud_sql = cloud_sql

    def close(self) -> None:
        """Close the pooled connections, then the connector."""
        self.engine.dispose()
        if self._cloud_sql is not None:
            self._cloud_sql.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_database(
    postgresql: PostgresqlSettings,
    cloudsql: CloudsqlSettings,
    *,
    credentials: google.auth.credentials.Credentials | None = None,
    stale: Stale | None = None,
) -> Database:
    """Make the engine. It connects when it is first used, so a database that is down is no error.

    Args:
        postgresql: how to log in, and where, unless ``cloudsql.instance`` is set.
        cloudsql: the instance to reach through the connector, if any.
        credentials: Google credentials for the connector; by default the process's own.
        stale: finds connections that the server has closed.

    Raises:
        BadSettings: settings that are needed are missing.
        AccessDenied: the connector is to be used and there are no Google credentials.
    """
    arguments = _login(postgresql, cloudsql)
    silence = postgresql.statement_timeout_ms / 1000 + ANSWER_SECONDS
    stale = stale or Stale()
    if cloudsql.instance is None:
        connect = _direct(postgresql, arguments, silence)
        return Database(_engine(connect, postgresql.pool_size, stale))
    # The connector takes a quarter of a second to import, which only its users need to pay.
    from consumer.database.cloud_sql import CloudSql  # noqa: PLC0415

    cloud_sql = CloudSql(cloudsql.instance, cloudsql, credentials=credentials)

    def connect_through() -> Any:
        return cloud_sql.connect(read_seconds=silence, **arguments)

    return Database(_engine(connect_through, postgresql.pool_size, stale), cloud_sql)


def _login(postgresql: PostgresqlSettings, cloudsql: CloudsqlSettings) -> dict[str, Any]:
    """Give the arguments of ``pg8000.dbapi.connect`` that all three ways share."""
    for key in ("username", "database"):
        if not getattr(postgresql, key):
            raise BadSettings(f"postgresql.{key} is not set (CHURN_POSTGRESQL__{key.upper()})")
    password = postgresql.password.get_secret_value() if postgresql.password else ""
    return {
        "user": postgresql.username,
        "database": postgresql.database,
        "password": None if cloudsql.iam_auth else password,
        "application_name": APPLICATION_NAME,
        "startup_params": {
            "statement_timeout": str(postgresql.statement_timeout_ms),
            "DateStyle": "ISO",
        },
    }


def _direct(postgresql: PostgresqlSettings, arguments: dict[str, Any], silence: float) -> Connect:
    """Connect by unix socket, or by host and port, whichever is set."""
    if not (postgresql.unix_socket or postgresql.hostname):
        raise BadSettings(
            "no database is set: set postgresql.hostname, postgresql.unix_socket "
            "or cloudsql.instance"
        )

    def connect() -> pg8000.dbapi.Connection:
        opened = _open_socket(postgresql)
        opened.settimeout(silence)
        # None: TLS where the server offers it; a unix socket never does.
        tls = False if postgresql.unix_socket else None
        try:
            return pg8000.dbapi.connect(**arguments, sock=opened, ssl_context=tls)
        except BaseException:
            opened.close()
            raise

    return connect


def _open_socket(postgresql: PostgresqlSettings) -> socket.socket:
    if not postgresql.unix_socket:
        address = (postgresql.hostname, postgresql.port)
        return socket.create_connection(address, timeout=CONNECT_SECONDS)
    opened = socket.socket(socket.AF_UNIX)
    try:
        opened.settimeout(CONNECT_SECONDS)
        opened.connect(str(socket_file(postgresql)))
    except BaseException:
        opened.close()
        raise
    return opened


def socket_file(postgresql: PostgresqlSettings) -> Path:
    """Find the socket: ``unix_socket`` itself, or in that directory the one of the port."""
    path = Path(postgresql.unix_socket or "")
    return path / f".s.PGSQL.{postgresql.port}" if path.is_dir() else path


def _engine(connect: Connect, pool_size: int, stale: Stale) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(
        "postgresql+pg8000://",
        creator=connect,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        hide_parameters=True,
    )
    stale.watch(engine)
    event.listen(engine, "handle_error", _distrust)
    return engine


def _distrust(context: ExceptionContext) -> None:
    """Close a connection after any error but an answer of a server that goes on.

    After a timeout, or an error in the middle of reading, the next query on the same connection
    would get the answer to this one.
    """
    code = sqlstate(context.original_exception)
    context.is_disconnect = code is None or code.startswith(("08", "57P"))
