"""An HTTP server that answers whatever it is told, for what a real one cannot be made to say."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers:
    """A server that gives a scripted status and body by the beginning of the path."""

    def __init__(self) -> None:
        self.script: dict[str, tuple[int, bytes]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        script = self.script

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                longest = max((p for p in script if self.path.startswith(p)), key=len)
                status, body = script[longest]
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
