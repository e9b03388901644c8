"""HTTP/2 pings: clients keep connections alive that say nothing for minutes.

gRPC's own servers send a client away that pings a silent connection every few seconds, as clients
do whose keepalive is set for a proxy in between.
"""

import socket
import struct
from collections.abc import Iterator
from itertools import takewhile

from tools.emulator import serve

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADER = struct.Struct(">HBBBI")
"""Length (16 bits, then 8), type, flags and stream of a frame ("Frame Format", RFC 9113)."""

SETTINGS, PING, GOAWAY = 4, 6, 7
ACK = 1
PINGS = 10


def frame(kind: int, payload: bytes = b"") -> bytes:
    """Give a frame about the whole connection."""
    return HEADER.pack(len(payload) >> 8, len(payload) & 0xFF, kind, 0, 0) + payload


def frames(connection: socket.socket) -> Iterator[tuple[int, int]]:
    """Read frames until the server hangs up; give type and flags of each."""
    with connection.makefile("rb") as stream:
        while header := stream.read(HEADER.size):
            high, low, kind, flags, _ = HEADER.unpack(header)
            stream.read(high << 8 | low)
            yield kind, flags


def test_a_client_may_ping_as_often_as_it_likes() -> None:
    with serve() as running:
        host, _, port = running.address.partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(PREFACE + frame(SETTINGS))
            received = frames(connection)

            for _ in range(PINGS):
                connection.sendall(frame(PING, bytes(8)))
                kinds = takewhile(lambda each: each != (PING, ACK), received)

                assert GOAWAY not in [kind for kind, _ in kinds]
