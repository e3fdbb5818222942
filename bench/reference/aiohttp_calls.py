"""Bare aiohttp: so many POSTs, so many in flight, each picture written to a file."""

import argparse
import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import orjson


async def work(session: aiohttp.ClientSession, url: str, items: Iterator[int], out: Path) -> None:
    """Take items until none is left."""
    for item in items:
        async with session.post(url, json={"prompt": f"prompt {item}"}) as reply:
            data = await reply.read()
        await asyncio.to_thread((out / f"{item}.png").write_bytes, data)


async def run(port: int, count: int, in_flight: int, out: Path) -> None:
    """Make all calls and print how long it took."""
    items = iter(range(count))
    connector = aiohttp.TCPConnector(limit=in_flight)
    async with aiohttp.ClientSession(connector=connector) as session:
        began = time.perf_counter()
        url = f"http://127.0.0.1:{port}/draw"
        await asyncio.gather(*(work(session, url, items, out) for _ in range(in_flight)))
        seconds = time.perf_counter() - began
    print(orjson.dumps({"seconds": seconds}).decode())


def main() -> None:
    """Run as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--in-flight", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    asyncio.run(run(told.port, told.items, told.in_flight, told.out))


if __name__ == "__main__":
    main()
