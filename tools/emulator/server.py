"""The server: the services on one port, on one event loop."""

import socket
from typing import NamedTuple

import grpc
import grpc.aio

from consumer.errors import BadSettings
from tools.emulator import iam_service, publisher_service, schema_service, subscriber_service
from tools.emulator.broker import Broker
from tools.emulator.clock import Clock, system_clock
from tools.emulator.errors import Unavailable
from tools.emulator.faults.faults import Faults
from tools.emulator.faulty_calls import Handlers
from tools.emulator.publisher_service import PublisherService, attributes_of, readdress
from tools.emulator.schema_service import SchemaService
from tools.emulator.schemas.registry import Schemas
from tools.emulator.subscriber_service import SubscriberService

GRACE = 0.5
"""Seconds that calls have to end when the server stops."""

MAX_REQUEST_BYTES = 20 * 1024 * 1024
"""Above the service's own limit, so that a request over it is refused with a reason."""

LAST_PORT = 65_535

# No ping is one too many: a subscriber that waits may keep its connection alive as it likes.
_OPTIONS = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MAX_REQUEST_BYTES),
    ("grpc.max_send_message_length", -1),
    ("grpc.http2.max_ping_strikes", 0),
)


class Backlog(NamedTuple):
    """Messages of a subscription that are not acknowledged, but for those that back off."""

    ready: int
    """Not delivered yet, or given back."""
    outstanding: int
    """Delivered, and leased."""


class Server:
    """A Pub/Sub server on the event loop that creates it."""

    def __init__(self, *, clock: Clock = system_clock, faults: Faults | None = None) -> None:
        faults = faults or Faults()
        broker = Broker(clock=clock, readdress=readdress, attributes_of=attributes_of)
        schemas = Schemas(clock=clock)
        self._broker = broker
        self._subscriber = SubscriberService(broker, clock=clock, faults=faults)
        services = {
            publisher_service.SERVICE: PublisherService(broker, schemas).handlers(),
            subscriber_service.SERVICE: self._subscriber.handlers(),
            iam_service.SERVICE: iam_service.handlers(),
            schema_service.SERVICE: SchemaService(schemas).handlers(),
        }
        self._server = grpc.aio.server(options=_OPTIONS)
        self._handlers = Handlers(services, faults)
        self._server.add_generic_rpc_handlers((self._handlers,))

    async def start(self, host: str, port: int) -> str:
        """Listen, and give the address as ``HOST:PORT``; port 0 takes a free one.

        Raises:
            BadSettings: the port is taken, or the host is none of this machine's.
        """
        _check_free(host, port)
        bound = self._server.add_insecure_port(_address(host, port))
        await self._server.start()
        return _address(host, bound)

    def backlog(self, subscription: str) -> Backlog:
        """Count what a subscription has to deliver; on the server's own loop.

        Args:
            subscription: full name.

        Raises:
            NotFound: there is no such subscription.
        """
        found = self._broker.subscription(subscription)
        return Backlog(found.ready, found.outstanding)

    async def stop(self) -> None:
        """End all streams, then the server."""
        self._subscriber.close(Unavailable("the emulator is shutting down"))
        self._handlers.close()
        await self._server.stop(GRACE)


def _address(host: str, port: int) -> str:
    """Give HOST:PORT, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _check_free(host: str, port: int) -> None:
    """Try the address first: gRPC would say less, and print lines of its own.

    Raises:
        BadSettings: it cannot be listened on; the text says why.
    """
    if not host or "\0" in host:
        raise BadSettings(f"{host!r} is no host to listen on; choose one with --host")
    if not 0 <= port <= LAST_PORT:
        raise BadSettings(f"port {port} is none between 0 and {LAST_PORT}; choose one with --port")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise BadSettings(
            f"cannot listen on {_address(host, port)}: {str(error.strerror).partition(' (')[0]};"
            " choose others with --port and --host"
        ) from error
