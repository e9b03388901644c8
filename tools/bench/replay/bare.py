"""A publisher that reads nothing while it publishes: ``python -m … google|ours FILE TOPIC``.

It has all events in memory before the clock starts, and says how many seconds it took.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Final

import typer

from consumer.message import OutgoingMessage
from consumer.publisher import Publisher
from tools.crm.publishing import Crm, publisher_client
from tools.crm.source import opened

BATCH: Final = 2_000
"""As a replay has by default."""


def by_google(events: Sequence[OutgoingMessage], topic: str) -> float:
    """Publish by Google's client with its default batches."""
    crm = Crm(publisher_client(), topic)
    started = time.perf_counter()
    for event in events:
        crm.publish(event)
    crm.finish()
    return time.perf_counter() - started


def by_us(events: Sequence[OutgoingMessage], topic: str) -> float:
    """Publish by the worker's publisher, batch after batch."""
    with closing(Publisher()) as publisher:
        started = time.perf_counter()
        for start in range(0, len(events), BATCH):
            for sent in publisher.publish(topic, events[start : start + BATCH]):
                publisher.confirm(sent)
        return time.perf_counter() - started


PUBLISHERS: Final[Mapping[str, Callable[[Sequence[OutgoingMessage], str], float]]] = {
    "google": by_google,
    "ours": by_us,
}


def main(name: str, file: str, topic: str) -> None:
    """Publish a file's events, and write the seconds as JSON."""
    with opened(file) as source:
        events = list(source.messages)
    seconds = PUBLISHERS[name](events, topic)
    typer.echo(f'{{"seconds": {seconds}}}')


if __name__ == "__main__":
    main(*sys.argv[1:])
