"""The CRM in a thread of its own, so that alerts are shown while events still go in."""

import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import takewhile

from tools.crm.pace import paced
from tools.crm.publishing import Crm
from tools.demo.ledger import Ledger
from tools.sample.events import SampleEvent


@contextmanager
def traffic(
    events: Iterable[SampleEvent], crm: Crm, ledger: Ledger, rate: float
) -> Iterator["Future[None]"]:
    """Publish at a steady rate in the background; what is left at the block's end is dropped.

    Gives a future that is done once the server has every event; it raises ChurnError where the
    server refuses or is away.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(1, thread_name_prefix="crm") as thread:
        try:
            yield thread.submit(_publish, events, crm, ledger, rate, stop)
        finally:
            stop.set()


def _publish(
    events: Iterable[SampleEvent], crm: Crm, ledger: Ledger, rate: float, stop: threading.Event
) -> None:
    for event in takewhile(lambda _: not stop.is_set(), paced(events, rate, sleep=stop.wait)):
        ledger.publishing(event, time.monotonic())
        crm.publish(event.message)
    if stop.is_set():
        crm.give_up()
    else:
        crm.finish()
