"""The embedded Pub/Sub server, that is also asked how much of a backlog is left.

So the clock runs by what the server has delivered and what acks it has received, which costs the
measured process nothing. Questions and answers are lines over a connection of their own: a
subscription's full name, and its two counts.
"""

import asyncio
import signal
from contextlib import suppress
from functools import partial

import typer

from tools.emulator.errors import NotFound
from tools.emulator.memory import give_back_memory
from tools.emulator.server import Server

HOST = "127.0.0.1"


async def _run() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = Server()
    address = await server.start(HOST, 0)
    counting = await asyncio.start_server(partial(_answer, server), HOST, 0)
    port = counting.sockets[0].getsockname()[1]
    typer.echo(f"{address} {HOST}:{port}\nready")
    watching = asyncio.create_task(give_back_memory())
    await stop.wait()
    watching.cancel()
    counting.close()
    await server.stop()


async def _answer(
    server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer until whoever asks goes away, or asks for a subscription that is not there."""
    with suppress(NotFound):
        while line := await reader.readline():
            backlog = server.backlog(line.decode().strip())
            writer.write(f"{backlog.ready} {backlog.outstanding}\n".encode())
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(_run())
