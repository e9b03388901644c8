"""The two calls of the Cloud SQL Admin API that a connector makes, served over plain HTTP.

Shapes of answers: "SqlConnectService", methods ``connectSettings`` and ``generateEphemeralCert``,
in the reference of the Cloud SQL Admin API.
"""

import json
import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.cloud_sql.authority import HOUR, Authority

_CONNECT_SETTINGS = re.compile(r"/sql/v1beta4/projects/([^/]+)/instances/([^/:]+)/connectSettings")
_EPHEMERAL = re.compile(r"/sql/v1beta4/projects/([^/]+)/instances/([^/:]+):generateEphemeralCert")


@dataclass
class Answers:
    """What the API says of the instance; a test changes it to make things go wrong."""

    authority: Authority
    """Signs the clients."""
    server_ca: str
    """PEM of the authority that clients are told to trust."""
    project: str
    region: str
    instance: str
    ip_address: str
    database_version: str = "POSTGRES_18"
    refuse_with: HTTPStatus | None = None
    lifetime: timedelta = HOUR
    """Of the clients' certificates."""
    tokens: list[str | None] = field(default_factory=list)
    """With which each certificate was asked for; None for a login by password."""
    asked: list[str] = field(default_factory=list)
    """Paths of the requests, in order."""


class AdminApi:
    """The API on a free port of the loopback interface."""

    def __init__(self, answers: Answers) -> None:
        class Handler(_Handler):
            pass

        Handler.answers = answers
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def endpoint(self) -> str:
        """What ``cloudsql.api_endpoint`` takes."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    answers: Answers

    def do_GET(self) -> None:
        answers = self.answers
        if not self._is_known(_CONNECT_SETTINGS):
            return
        self._send(
            HTTPStatus.OK,
            {
                "kind": "sql#connectSettings",
                "backendType": "SECOND_GEN",
                "region": answers.region,
                "databaseVersion": answers.database_version,
                "serverCaCert": {"kind": "sql#sslCert", "cert": answers.server_ca},
                "ipAddresses": [
                    {"type": kind, "ipAddress": answers.ip_address}
                    for kind in ("PRIMARY", "PRIVATE")
                ],
            },
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._is_known(_EPHEMERAL):
            answers = self.answers
            answers.tokens.append(body.get("access_token"))
            signed = answers.authority.sign_client(body["public_key"], answers.lifetime)
            self._send(HTTPStatus.OK, {"ephemeralCert": {"kind": "sql#sslCert", "cert": signed}})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Write nothing; ``asked`` records."""

    def _is_known(self, path: re.Pattern[str]) -> bool:
        """Record the request; answer it with an error if it is not for this instance."""
        answers = self.answers
        answers.asked.append(self.path)
        if answers.refuse_with is not None:
            self._refuse(answers.refuse_with)
            return False
        found = path.fullmatch(self.path)
        if found is None or found.groups() != (answers.project, answers.instance):
            self._refuse(HTTPStatus.NOT_FOUND)
            return False
        return True

    def _refuse(self, status: HTTPStatus) -> None:
        self._send(status, {"error": {"code": status, "message": f"refused: {status.phrase}"}})

    def _send(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(ConnectionError):  # it hangs up on one call where the other has failed
            self.wfile.write(data)
