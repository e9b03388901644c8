"""``churn emulator``: the server in the foreground, until it is told to stop."""

import asyncio
import signal
from typing import Annotated

import typer

from tools.emulator.memory import give_back_memory
from tools.emulator.server import Server


def emulator(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
    ] = 8085,
) -> None:
    """Run the embedded Pub/Sub server in the foreground; it keeps everything in memory.

    Clients find it by PUBSUB_EMULATOR_HOST. It stops on Ctrl-C or SIGTERM.

    Example: churn emulator --port 8085
    """
    asyncio.run(_run(host, port))


async def _run(host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = Server()
    address = await server.start(host, port)
    typer.echo(
        f"Pub/Sub emulator listening on {address}; export PUBSUB_EMULATOR_HOST={address}\nready"
    )
    watching = asyncio.create_task(give_back_memory())
    await stop.wait()
    watching.cancel()
    await server.stop()
