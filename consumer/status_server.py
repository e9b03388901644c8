"""Health, metrics and a status page over HTTP, by the standard library alone.

``/livez`` and ``/readyz`` answer 200 or 503 for Kubernetes' probes, ``/metrics`` serves Prometheus,
``/`` says in JSON what the worker is and does. Nothing here changes anything: every method but GET
and HEAD is refused.
"""

import errno
import json
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

import structlog
from prometheus_client.exposition import choose_encoder

from consumer.errors import BadSettings
from consumer.health import Health, State
from consumer.settings import ApiSettings
from consumer.telemetry import Metrics

_log = structlog.get_logger(__name__)

ALLOWED = "GET, HEAD"

Page = tuple[HTTPStatus, str, bytes]
"""Status, content type and body."""


class StatusServer:
    """Serves from a daemon thread between ``start`` and ``stop``, or in a ``with`` block."""

    def __init__(
        self,
        api: ApiSettings,
        *,
        health: Health,
        metrics: Metrics,
        about: Callable[[], Mapping[str, object]] = dict,
    ) -> None:
        """Listen at once, so that a taken port is found before anything else is started.

        Args:
            api: where to listen.
            health: what the probes ask for.
            metrics: what ``/metrics`` shows.
            about: what ``/`` says besides, such as the model; must be JSON.

        Raises:
            BadSettings: the address cannot be listened on.
        """
        pages = _Pages(health, metrics, about)
        self._server = _listen(api, pages)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="status-server", daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on, also where ``api.port`` is 0."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Pages:
    """What each path answers."""

    def __init__(
        self,
        health: Health,
        metrics: Metrics,
        about: Callable[[], Mapping[str, object]],
    ) -> None:
        self._health = health
        self._metrics = metrics
        self._about = about

    def get(self, path: str, accept: str) -> Page:
        report = self._health.report()
        match path:
            case "/livez":
                return _json(asdict(report), ok=report.live)
            case "/readyz":
                return _json(asdict(report), ok=report.ready)
            case "/metrics":
                self._metrics.health(report.state, tuple(State))
                encode, content_type = choose_encoder(accept)
                return HTTPStatus.OK, content_type, encode(self._metrics.registry)
            case "/":
                return _json({**self._about(), "health": asdict(report)})
            case _:
                body = {"error": "not found", "pages": ["/", "/livez", "/readyz", "/metrics"]}
                return HTTPStatus.NOT_FOUND, "application/json", json.dumps(body).encode()


def _json(body: Mapping[str, object], *, ok: bool = True) -> Page:
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return status, "application/json", json.dumps(body, indent=2).encode() + b"\n"


class _Server(socketserver.ThreadingTCPServer):
    """Not http.server's own class: that one looks up the host's name, which can take seconds."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], pages: _Pages) -> None:
        self.pages = pages
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address
        error = sys.exception()
        if not isinstance(error, ConnectionError):  # a probe that hung up is nobody's concern
            _log.error("the status page failed", exc_info=error)


class _Handler(BaseHTTPRequestHandler):
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path.partition("?")[0], self.headers.get("Accept", ""))
        self._answer(page)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    def refuse_method(self) -> None:
        """Answer 405, with the methods that there are ("HTTP Semantics", RFC 9110, 15.5.6)."""
        body = json.dumps({"error": "method not allowed", "allowed": ALLOWED}).encode()
        self._answer((HTTPStatus.METHOD_NOT_ALLOWED, "application/json", body), Allow=ALLOWED)

    do_POST = do_PUT = do_PATCH = do_DELETE = refuse_method  # noqa: N815 - as above
    do_OPTIONS = do_TRACE = do_CONNECT = refuse_method  # noqa: N815 - as above

    def version_string(self) -> str:
        """Say what this is, and not which Python it runs on."""
        return "churn"

    def _answer(self, page: Page, **headers: str) -> None:
        status, content_type, body = page
        self.send_response(status)
        headers |= {"Content-Type": content_type, "Content-Length": str(len(body))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        """Say nothing: a probe comes every few seconds."""


def _listen(api: ApiSettings, pages: _Pages) -> _Server:
    try:
        return _Server((api.host, api.port), pages)
    except socket.gaierror:
        raise BadSettings(f"api.host {api.host} is no address of this machine") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadSettings(
                f"api.port {api.port} is taken on {api.host}: end what listens there, "
                "or set api.port to another (0 takes any free one)"
            ) from None
        raise BadSettings(
            f"api.host {api.host} and api.port {api.port} cannot be listened on: {error.strerror}"
        ) from None
