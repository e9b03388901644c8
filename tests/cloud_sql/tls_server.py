"""The server side of a Cloud SQL instance: TLS 1.3 with client certificates, then PostgreSQL."""

import asyncio
import ssl
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.cloud_sql.authority import Authority

PORT = 3307
"""The connector goes to no other."""
TURNS_TO_CLOSE = 3
"""Of the loop, until a connection that was aborted has closed its socket, also in its handshake."""


class TlsServer:
    """Takes clients whose certificate the authority signed, and passes bytes on to a socket."""

    def __init__(self, authority: Authority, ip_address: str, socket_file: Path) -> None:
        self._context = _context(authority)
        self._ip_address = ip_address
        self._socket_file = socket_file
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._passing = asyncio.Event()
        self._passing.set()
        self._clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def freeze(self) -> None:
        """Take connections and pass on nothing more, as a server does that hangs."""
        self._loop.call_soon_threadsafe(self._passing.clear)

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.start_server(
            self._accept, self._ip_address, PORT, ssl=self._context, ssl_shutdown_timeout=1
        )
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._serve(reader, writer))
        self._clients[task] = writer
        task.add_done_callback(self._clients.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_database, to_database = await asyncio.open_unix_connection(str(self._socket_file))
        except OSError:
            writer.transport.abort()  # as the instance does while PostgreSQL is down
            return
        passing = asyncio.gather(
            self._pass_on(reader, to_database), self._pass_on(from_database, writer)
        )
        try:
            with suppress(asyncio.CancelledError):  # asyncio's own callback chokes on it
                await passing
        finally:
            ends = (writer, to_database)
            for end in ends:
                end.transport.abort()
            await asyncio.gather(*(end.wait_closed() for end in ends), return_exceptions=True)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Copy until one side ends; then end the other."""
        with suppress(OSError):
            while data := await source.read(65_536):
                await self._passing.wait()
                sink.write(data)
                await sink.drain()
        sink.close()

    async def _stop(self) -> None:
        self._server.close()
        await asyncio.sleep(0)  # a task that is cancelled before its first step closes nothing
        for writer in self._clients.values():
            writer.transport.abort()
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        for _ in range(TURNS_TO_CLOSE):
            await asyncio.sleep(0)


def _context(authority: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.pem)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(authority.server_pem())
        file.flush()
        context.load_cert_chain(file.name)
    return context
