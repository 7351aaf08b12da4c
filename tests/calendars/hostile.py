"""A server on this machine that answers as it likes, byte for byte, and stops by itself."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import sleep

Answer = Callable[[socket.socket, str], None]
"""Given the connection and the request's head, sends what it likes."""

_LONGEST = 20.0


@contextmanager
def hostile(answer: Answer) -> Iterator[str]:
    """Its address, with a port that is free."""
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(_LONGEST)
            while not over.is_set():
                head = b""
                while b"\r\n\r\n" not in head:
                    part = connection.recv(65536)
                    if not part:
                        return
                    head += part
                answer(connection, head.decode("latin-1"))

    def accept() -> None:
        with suppress(OSError):
            while not over.is_set():
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)
    thread.join(_LONGEST)


def whole(body: bytes, *headers: str, status: str = "200 OK") -> Answer:
    """Sends one answer as a well-behaved server does."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return lambda connection, _: connection.sendall(head.encode() + b"\r\n" + body)


def dripping(start: bytes, drop: bytes) -> Answer:
    """Sends a beginning, and then the same few bytes again and again, each well before anybody's patience is over."""

    def answer(connection: socket.socket, _: str) -> None:
        connection.sendall(start)
        for _number in range(200):
            sleep(0.1)
            connection.sendall(drop)

    return answer


def endless(start: bytes, part: bytes) -> Answer:
    """Sends a beginning, and then as much as the other side takes."""

    def answer(connection: socket.socket, _: str) -> None:
        connection.sendall(start)
        for _number in range(1 << 14):
            connection.sendall(part)

    return answer
