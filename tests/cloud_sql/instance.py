"""A Cloud SQL instance for tests: Admin API and TLS server in front of a real PostgreSQL."""

import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from consumer.settings import CloudsqlSettings
from tests.cloud_sql.admin_api import AdminApi, Answers
from tests.cloud_sql.authority import Authority
from tests.cloud_sql.tls_server import PORT, TlsServer


class CloudSqlInstance:
    """Reached by the connector under ``settings``; ``answers`` may be changed at any time.

    A worker that is a process of its own finds it by ``environment()``; it needs no credentials.
    """

    def __init__(self, socket_file: Path) -> None:
        self._authority = Authority("instance")
        self._socket_file = socket_file
        self.answers = Answers(
            authority=self._authority,
            server_ca=self._authority.pem,
            project="churn-local",
            region="europe-west1",
            instance="bank",
            ip_address=free_address(),
        )
        self._api = AdminApi(self.answers)
        self._server = self._at(self.answers.ip_address)
        self._closing = ExitStack()

    @property
    def settings(self) -> CloudsqlSettings:
        """The settings that lead to the instance."""
        where = self.answers
        return CloudsqlSettings(
            instance=f"{where.project}:{where.region}:{where.instance}",
            api_endpoint=self._api.endpoint,
        )

    def environment(self) -> Mapping[str, str]:
        """Give the same settings as environment variables."""
        settings = self.settings
        return {
            "CHURN_CLOUDSQL__INSTANCE": str(settings.instance),
            "CHURN_CLOUDSQL__API_ENDPOINT": str(settings.api_endpoint),
        }

    def freeze(self) -> None:
        """Let the server hang: it takes connections and says nothing more."""
        self._server.freeze()

    def fail_over(self) -> None:
        """Go away with every connection, and come back at another address."""
        elsewhere = free_address()
        self._stop()
        self._server = self._at(elsewhere)
        self._server.__enter__()
        self.answers.ip_address = elsewhere

    def _stop(self) -> None:
        self._server.__exit__()  # the one of now, which may not be the first

    def _at(self, address: str) -> TlsServer:
        return TlsServer(self._authority, address, self._socket_file)

    def __enter__(self) -> Self:
        self._closing.enter_context(self._api)
        self._server.__enter__()
        self._closing.callback(self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()


def free_address() -> str:
    """Find a loopback address whose port 3307 is free; other tests may run beside these.

    Linux answers on all of 127.0.0.0/8, so each process looks at addresses of its own first: two
    that looked at one would both find it free. macOS answers on 127.0.0.1 only.
    """
    high, low = divmod(os.getpid() % 2**16, 256)
    for address in (*(f"127.{last}.{high}.{low}" for last in range(1, 255)), "127.0.0.1"):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, PORT))
            except OSError:
                continue
            return address
    raise OSError(f"port {PORT} is taken on every loopback address")
