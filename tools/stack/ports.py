"""Free ports of the loopback interface."""

import secrets
import socket

FIRST, LAST = 20_000, 32_000
"""Below the ports that systems give to outgoing connections ("ip(7)", ip_local_port_range)."""


def free_port(host: str = "127.0.0.1") -> int:
    """Find a TCP port that nobody listens on, and that no outgoing connection will take.

    So a server that is stopped finds its port free when it starts again.

    Raises:
        OSError: no port is free.
    """
    for _ in range(LAST - FIRST):
        port = FIRST + secrets.randbelow(LAST - FIRST)
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"no port of {host} between {FIRST} and {LAST} is free")
