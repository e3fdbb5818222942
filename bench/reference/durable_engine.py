"""The least durable engine: three HTTP steps per item, each on the disk before the next begins."""

import argparse
import asyncio
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import uvloop

from bench.processes import peak_rss
from bench.reference.group_commit import GroupCommit
from bench.reference.keep_alive import KeepAlive, connect

STEPS = 3
SCHEMA = """
CREATE TABLE steps (item INTEGER, step INTEGER, began REAL, ended REAL, cost REAL, output TEXT,
                    PRIMARY KEY (item, step)) WITHOUT ROWID
"""


async def advance(item: int, client: KeepAlive, writer: GroupCommit) -> None:
    """Do the steps of one item."""
    for step in range(STEPS):
        began = time.time()
        body = await client.post(orjson.dumps({"prompt": f"prompt {item}", "seed": item}))
        output = hashlib.sha256(body).hexdigest()
        await writer.write((item, step, began, time.time(), 0.01, output))


async def work(items: Iterator[int], port: int, writer: GroupCommit) -> None:
    """Take items until none is left."""
    client = await connect(port)
    for item in items:
        await advance(item, client, writer)


async def run(path: Path, port: int, count: int, in_flight: int) -> None:
    """Do ``count`` items and print how long it took."""
    writer = GroupCommit(path, "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?)")
    writer.script(SCHEMA)
    items = iter(range(count))
    began = time.perf_counter()
    await asyncio.gather(*(work(items, port, writer) for _ in range(in_flight)))
    seconds = time.perf_counter() - began
    await writer.close()
    print(orjson.dumps({"seconds": seconds, "peak_rss": peak_rss_of_self()}).decode())


def peak_rss_of_self() -> int:
    """Bytes of memory held at most."""
    return peak_rss(int(Path("/proc/self").readlink().name))


def main() -> None:
    """Run as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--in-flight", type=int, default=100)
    told = parser.parse_args()
    uvloop.run(run(told.database, told.port, told.items, told.in_flight))


if __name__ == "__main__":
    main()
