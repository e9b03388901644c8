"""Free ports of the loopback interface."""

import socket


def free_port(host: str = "127.0.0.1") -> int:
    """Find a TCP port that nobody listens on right now.

    Somebody else may take it before the caller does: a server that can take port 0 should.
    """
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port
