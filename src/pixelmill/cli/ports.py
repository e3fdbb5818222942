"""Finds the port to serve on: the wanted one, or the next that is free."""

import errno
import socket
from dataclasses import dataclass

from pixelmill.cli.failures import CommandFailed

TRIES = 50


@dataclass(frozen=True, slots=True)
class Listening:
    """A socket that listens; ``wanted`` is the port that was asked for."""

    socket: socket.socket
    host: str
    port: int
    wanted: int

    @property
    def notice(self) -> str | None:
        """What to tell the person when the port is another one than they asked for."""
        if self.wanted in (0, self.port):
            return None
        return f"{self.wanted} is in use by another program. Using {self.port}."

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{self.port}"


def listen(host: str, wanted: int) -> Listening:
    """Listen on ``wanted`` or the first free port after it; 0 takes any. Raises CommandFailed."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, wanted, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise CommandFailed(f"{host} is no address of this machine: {error.strerror}.") from error
    last = min(65_535, wanted + TRIES) if wanted else 0
    for port in range(wanted, last + 1):
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((str(address[0]), port))
            opened.listen(2048)
        except OSError as error:
            opened.close()
            if error.errno == errno.EADDRINUSE:
                continue
            raise _unusable(host, port, error) from error
        opened.setblocking(False)
        return Listening(opened, host, opened.getsockname()[1], wanted)
    raise CommandFailed(f"The ports {wanted} to {last} are all in use. Give another with --port.")


def _unusable(host: str, port: int, error: OSError) -> CommandFailed:
    if error.errno == errno.EACCES:
        return CommandFailed(f"Port {port} needs more rights than you have. Give one above 1023.")
    if error.errno == errno.EADDRNOTAVAIL:
        return CommandFailed(f"{host} is no address of this machine. Try --host 127.0.0.1.")
    return CommandFailed(f"Cannot listen on {host}:{port}: {error.strerror}.")
