"""The door over real sockets: deadlines, caps, redirects, names, and what has been sent."""

import asyncio
import gzip
import socket
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from pixelmill.outbound import (
    ConnectionFailed,
    Door,
    FilePart,
    OutboundRequest,
    Refused,
    TimedOut,
    TooLarge,
)

Handler = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncGenerator[int]:
    """A loopback server that hands the request's head to ``handler``; yields its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(await reader.readuntil(b"\r\n\r\n"), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def answering(head: str, body: bytes = b"") -> Handler:
    async def handler(_: bytes, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\n\r\n".encode() + body)
        await writer.drain()

    return handler


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with Door() as door:
        yield door


def to(port: int, path: str = "/", method: str = "GET", **more: object) -> OutboundRequest:
    opened = frozenset({("127.0.0.1", port)})
    url = f"http://127.0.0.1:{port}{path}"
    return OutboundRequest(method, url, **{"open_hosts": opened, **more})  # type: ignore[arg-type]


async def test_a_reply_comes_back_whole_with_lower_case_headers(door: Door) -> None:
    head = "200 OK\r\nX-Fal-Request-Id: 7\r\nX-Two: a\r\nX-Two: b\r\nContent-Length: 2"
    async with listening(answering(head, b"ok")) as port:
        reply = await door.fetch(to(port))
    assert (reply.status, reply.body) == (200, b"ok")
    assert reply.headers["x-fal-request-id"] == "7"
    assert reply.headers["x-two"] == "a, b"


async def test_json_and_forms_travel_as_themselves(door: Door) -> None:
    seen: list[bytes] = []

    async def handler(
        head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        seen.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n")
        writer.write(b"Set-Cookie: a=b\r\n\r\n")

    async with listening(handler) as port:
        await door.fetch(to(port, method="POST", json=b'{"a":1}'))
        part = FilePart(b"\x89PNG", "image/png", "in.png")
        await door.fetch(to(port, method="POST", form=(("prompt", "fox"), ("image", part))))
    assert b"Content-Type: application/json" in seen[0]
    assert seen[0].endswith(b'{"a":1}')
    assert b"multipart/form-data" in seen[1]
    assert b'name="image"; filename="in.png"' in seen[1]
    assert b"Cookie" not in seen[1]


async def test_a_loopback_server_is_not_reached_unless_opened(door: Door) -> None:
    hits = 0

    async def handler(_: bytes, __: asyncio.StreamReader, ___: asyncio.StreamWriter) -> None:
        nonlocal hits
        hits += 1

    async with listening(handler) as port:
        for host in ("127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]", "2130706433"):
            with pytest.raises(Refused):
                await door.fetch(OutboundRequest("GET", f"http://{host}:{port}/"))
    assert hits == 0


async def test_a_kept_connection_of_an_opened_host_serves_no_other_request(door: Door) -> None:
    async with listening(answering("200 OK\r\nContent-Length: 0")) as port:
        await door.fetch(to(port))
        with pytest.raises(Refused):
            await door.fetch(to(port, open_hosts=frozenset[tuple[str, int]]()))


async def test_a_name_with_inner_addresses_only_is_refused(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def lookup(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    with pytest.raises(Refused) as caught:
        await door.fetch(OutboundRequest("GET", "http://rebind.example/"))
    assert str(caught.value) == Refused.INNER
    assert asked == ["rebind.example"]


async def test_a_name_that_does_not_exist_is_a_failed_connection(door: Door) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        await door.fetch(OutboundRequest("GET", "http://nothing.invalid/", deadline_s=20))
    assert caught.value.sent is False


async def test_a_redirect_to_an_inner_address_is_refused_without_a_call(door: Door) -> None:
    for location in ("http://169.254.169.254/", "http://[::1]/", "http://0x7f.1/"):
        head = f"302 Found\r\nLocation: {location}\r\nContent-Length: 0"
        async with listening(answering(head)) as port:
            with pytest.raises(Refused):
                await door.fetch(to(port))


async def test_redirects_end_after_three_and_none_are_followed_where_none_are_wanted(
    door: Door,
) -> None:
    calls: list[bytes] = []

    async def handler(head: bytes, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(head.split()[1])
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")

    async with listening(handler) as port:
        reply = await door.fetch(to(port, "/first"))
        assert reply.status == 302
        assert calls == [b"/first", b"/next", b"/next", b"/next"]
        calls.clear()
        assert (await door.fetch(to(port, "/only", max_redirects=0))).status == 302
        assert calls == [b"/only"]


async def test_a_redirect_to_another_origin_loses_the_key(door: Door) -> None:
    heads: list[bytes] = []

    async def last(head: bytes, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with listening(last) as end:
        head = f"302 Found\r\nLocation: http://127.0.0.1:{end}/\r\nContent-Length: 0"
        async with listening(answering(head)) as start:
            both = frozenset({("127.0.0.1", start), ("127.0.0.1", end)})
            await door.fetch(to(start, headers={"X-Key": "secret"}, open_hosts=both))
    assert b"secret" not in heads[0]


async def test_a_drip_of_bytes_ends_at_the_total_deadline(door: Door) -> None:
    async def handler(_: bytes, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with listening(handler) as port:
        started = time.monotonic()
        with pytest.raises(TimedOut) as caught:
            await door.fetch(to(port, deadline_s=0.3))
    assert caught.value.sent is True
    assert time.monotonic() - started < 1.0


async def test_a_deadline_before_the_connection_says_that_nothing_was_sent(door: Door) -> None:
    backlog = socket.socket()
    backlog.bind(("127.0.0.1", 0))
    port = backlog.getsockname()[1]
    backlog.close()
    with pytest.raises(ConnectionFailed) as caught:
        await door.fetch(to(port, method="POST", json=b"{}"))
    assert caught.value.sent is False


async def test_a_connection_dropped_after_the_body_says_that_it_was_sent(door: Door) -> None:
    async def ghost(_: bytes, __: asyncio.StreamReader, ___: asyncio.StreamWriter) -> None:
        return

    async with listening(ghost) as port:
        with pytest.raises(ConnectionFailed) as caught:
            await door.fetch(to(port, method="POST", json=b"{}"))
    assert caught.value.sent is True


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("200 OK\r\nContent-Length: 5000", b"x" * 5000),
        ("200 OK\r\nConnection: close", b"x" * 5000),
        ("200 OK\r\nTransfer-Encoding: chunked", b"1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n"),
        (
            "200 OK\r\nContent-Encoding: gzip\r\nConnection: close",
            gzip.compress(b"x" * 5000, mtime=0),
        ),
    ],
)
async def test_a_reply_over_the_cap_is_not_kept(door: Door, head: str, body: bytes) -> None:
    async with listening(answering(head, body)) as port:
        with pytest.raises(TooLarge):
            await door.fetch(to(port, max_bytes=1000))
        assert len((await door.fetch(to(port, max_bytes=5000))).body) == 5000


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("200 OK\r\nContent-Length: 50", b"cut"),
        ("200 OK\r\nContent-Encoding: gzip\r\nConnection: close", b"not gzip at all"),
        ("what is this", b""),
        ("200 OK\r\nBad\x01Header\r\nContent-Length: 0", b""),
    ],
)
async def test_a_broken_reply_is_a_failed_connection_after_sending(
    door: Door, head: str, body: bytes
) -> None:
    async with listening(answering(head, body)) as port:
        with pytest.raises(ConnectionFailed) as caught:
            await door.fetch(to(port))
    assert caught.value.sent is True


async def test_the_environment_names_no_proxy(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with listening(answering("200 OK\r\nContent-Length: 0")) as port:
        assert (await door.fetch(to(port))).status == 200


async def test_a_hundred_calls_at_once_share_the_door(door: Door) -> None:
    async with listening(answering("200 OK\r\nContent-Length: 1", b"1")) as port:
        replies = await asyncio.gather(*(door.fetch(to(port)) for _ in range(100)))
    assert {reply.status for reply in replies} == {200}
