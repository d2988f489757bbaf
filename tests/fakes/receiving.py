"""A plain HTTP server in a thread, for what a fake delivers to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hung up does not matter."""


@contextmanager
def receiving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serve on a loopback port until the block ends; which one."""
    with _Quiet(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="receiver")
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
