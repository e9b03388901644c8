"""Connections to Cloud SQL through its Python connector, each within a time limit.

The connector resolves, connects and shakes hands on its event loop without any time limit
(``Connector.connect_async``), so a network that swallows packets would hold a caller for minutes.
Here the loop is ours: a caller waits its time and goes on, and nothing hinders the process's end.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import google.auth.credentials
from google.cloud.sql.connector import Connector

from consumer.database.cloud_sql_errors import translate_connector
from consumer.settings import CloudsqlSettings

CONNECT_SECONDS = 10.0
"""Two calls of the SQL Admin API, a TLS handshake and the login."""
CLOSE_SECONDS = 3.0


class CloudSql:
    """One connector for one instance; :meth:`connect` may be called from any thread.

    Args:
        instance: its name, project:region:name.
        cloudsql: how to reach it.
        credentials: by default the process's own, or with ``api_endpoint`` none at all.

    Raises:
        AccessDenied: there are no credentials.
    """

    def __init__(
        self,
        instance: str,
        cloudsql: CloudsqlSettings,
        *,
        credentials: google.auth.credentials.Credentials | None = None,
    ) -> None:
        self._instance = instance
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_DaemonThreads())
        self._connector = _connector(cloudsql, credentials, self._loop)
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="cloud-sql-connector", daemon=True
        )
        self._thread.start()

    def connect(self, *, read_seconds: float, **arguments: Any) -> Any:
        """Open a pg8000 connection whose reads end after ``read_seconds``.

        Args:
            read_seconds: longest silence of the server.
            arguments: what ``pg8000.dbapi.connect`` takes, such as ``user`` and ``database``.

        Raises:
            ChurnError: DatabaseDown, AccessDenied, BadSettings or ResourceMissing.
        """
        # The connector has made TLS already; pg8000 is not to ask for it once more inside.
        login = self._connector.connect_async(
            self._instance, "pg8000", ssl_context=False, **arguments
        )
        connecting = asyncio.run_coroutine_threadsafe(login, self._loop)
        try:
            connection = connecting.result(CONNECT_SECONDS)
        except Exception as error:
            connecting.cancel()
            raise translate_connector(error) from error
        # pg8000 was given this socket by the connector, and has no other way to limit its reads.
        connection._usock.settimeout(read_seconds)  # noqa: SLF001
        return connection

    def close(self) -> None:
        """Close the connector; wait for it a few seconds at most."""
        closing = asyncio.run_coroutine_threadsafe(self._connector.close_async(), self._loop)
        with suppress(TimeoutError):  # the loop is still waiting for a network that is away
            closing.result(CLOSE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()


def _connector(
    cloudsql: CloudsqlSettings,
    credentials: google.auth.credentials.Credentials | None,
    loop: asyncio.AbstractEventLoop,
) -> Connector:
    if credentials is None and cloudsql.api_endpoint:
        credentials = EndpointCredentials()
    try:
        return Connector(
            ip_type=cloudsql.ip_type,
            enable_iam_auth=cloudsql.iam_auth,
            credentials=credentials,
            loop=loop,
            sqladmin_api_endpoint=cloudsql.api_endpoint,
            refresh_strategy="LAZY",  # a background refresh starves on a throttled CPU
        )
    except Exception as error:
        loop.close()
        raise translate_connector(error) from error


class EndpointCredentials(google.auth.credentials.Credentials):
    """Credentials for a SQL Admin API of our own (``cloudsql.api_endpoint``): it asks for none.

    Google's AnonymousCredentials cannot stand here: the connector refreshes what it is given.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def refresh(self, request: object) -> None:
        """Take a token that says nothing."""
        del request
        self.token = "none"  # noqa: S105 - it is no secret
        self.expiry = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)


class _DaemonThreads(ThreadPoolExecutor):
    """A thread a call, none of which the end of the process waits for.

    The connector logs in to PostgreSQL on the loop's executor, and a server that accepts and then
    says nothing would keep a pool's thread, and with it the process, for ever.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - the future hands it to who waits
                future.set_exception(error)

        threading.Thread(target=run, name="cloud-sql-login", daemon=True).start()
        return future
