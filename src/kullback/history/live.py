"""A history as a live page: read only, on this machine only, drawn anew at every request."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from kullback.errors import InputError

HOME = "127.0.0.1"
HEADERS = {
    # The page's own policy names the one script that it runs; a browser obeys both.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class LivePage(ThreadingHTTPServer):
    """A server of one page, which `serve_forever` runs and `shutdown` ends.

    It answers GET of ``/`` only, and requests that name this machine only: a page elsewhere
    that has its own name resolved to this address is refused.

    Parameters
    ----------
    draw : callable
        Returns the page as HTML; an error of ours is shown in its place.
    port : int
        Of the loopback address; 0 takes a free one.

    Raises
    ------
    InputError
        If the port is taken.
    """

    def __init__(self, draw: Callable[[], str], port: int = 0) -> None:
        self.draw = draw
        try:
            super().__init__((HOME, port), _Request)
        except OSError as error:
            raise InputError(f"port {port} of {HOME} cannot be used: {error}") from error

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{HOME}:{self.server_port}/"


class _Request(BaseHTTPRequestHandler):
    server_version, sys_version = "kullback", ""
    server: LivePage

    def do_GET(self) -> None:
        """Answer with the page, to whom it is for."""
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in {HOME, "localhost"}:
            self.send_error(403, f"ask for {HOME}")
        elif urlsplit(self.path).path != "/":
            self.send_error(404, "there is one page: /")
        else:
            self._answer()

    def _answer(self) -> None:
        try:
            status, kind, text = 200, "text/html", self.server.draw()
        except (InputError, OSError, ValueError) as error:
            status, kind, text = 500, "text/plain", f"{error}\n"
        data = text.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is the user's."""
