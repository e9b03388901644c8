"""The server in a thread of its own, for Python programs that need one beside them."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

from tools.emulator.server import Server


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at ``address``, as ``HOST:PORT``."""

    address: str


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0) -> Iterator[Running]:
    """Serve Pub/Sub in a background thread as long as the ``with`` block lasts.

    Port 0 takes a free port; the address is in what the block gets::

        with serve() as server:
            os.environ["PUBSUB_EMULATOR_HOST"] = server.address

    Raises:
        BadSettings: the port is taken, or the host is none of this machine's.
    """
    started: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(host, port, started)), name="pubsub-emulator", daemon=True
    )
    thread.start()
    address, loop, stop = started.result()
    try:
        yield Running(address)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def _serve(
    host: str,
    port: int,
    started: "Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]]",
) -> None:
    stop = asyncio.Event()
    server = Server()
    try:
        address = await server.start(host, port)
    except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
        started.set_exception(error)
        return
    started.set_result((address, asyncio.get_running_loop(), stop))
    await stop.wait()
    await server.stop()
