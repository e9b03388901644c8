"""Publish, watch, and wait until everything that went in has come out."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from consumer.subscriber.client import open_client
from tools.crm.publishing import Crm, publisher_client
from tools.demo.ledger import Ledger
from tools.demo.screen import Screen
from tools.demo.summary import Summary, is_settled, summarise
from tools.demo.traffic import traffic
from tools.demo.worker_process import Counts, WorkerProcess
from tools.downstream.receiver import Receiver
from tools.sample.events import sample_events
from tools.stack.stack import Stack
from tools.terminal import Interruption

GLANCE_SECONDS = 0.05
PATIENCE_SECONDS = 30.0
"""How long nothing may arrive, once everything is published, before the balance is drawn."""


@dataclass(frozen=True, slots=True)
class Play:
    """What is played."""

    events: int
    rate: float
    """Events a second."""
    seed: int


def play(
    wanted: Play, stack: Stack, worker: WorkerProcess, screen: Screen, ending: Interruption
) -> Summary:
    """Publish sample events and show what becomes of them.

    Raises:
        ChurnError: the worker ended, or Pub/Sub refuses.
        KeyboardInterrupt: nobody wants to see the end.
    """
    ledger = Ledger()
    crm = Crm(publisher_client(stack.pubsub.address), stack.names.topic(stack.names.input_topic))
    sample = sample_events(
        wanted.events, wanted.seed, now=lambda: datetime.now(UTC), with_broken=True
    )
    with (
        _audience(stack, ledger, screen) as audience,
        traffic(sample, crm, ledger, wanted.rate) as published,
    ):
        counts = _follow(published, worker, audience, ending)
    return summarise(ledger, counts, confirmed=crm.confirmed, rate=wanted.rate)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who receives alerts and dead letters, each from the subscription of its watcher."""

    alerts: Receiver
    letters: Receiver
    ledger: Ledger
    screen: Screen

    def show_next(self) -> bool:
        """Show the next alert and the next dead letter that are there; False for neither."""
        alert, letter = self.alerts.next(GLANCE_SECONDS), self.letters.next(0)
        if alert is not None:
            self.ledger.alert(alert.message, alert.at)
            self.screen.alert(alert.message)
            alert.ack()
        if letter is not None:
            self.ledger.dead_letter(letter.message)
            self.screen.dead_letter(letter.message)
            letter.ack()
        return alert is not None or letter is not None


@contextmanager
def _audience(stack: Stack, ledger: Ledger, screen: Screen) -> Iterator[Audience]:
    names = stack.names
    with (
        open_client(stack.pubsub.address) as client,
        Receiver(client, names.subscription_path(names.alert_watch)) as alerts,
        Receiver(client, names.subscription_path(names.dead_letter_watch)) as letters,
    ):
        yield Audience(alerts, letters, ledger, screen)


def _follow(
    published: "Future[None]", worker: WorkerProcess, audience: Audience, ending: Interruption
) -> Counts:
    """Show what arrives, until everything has, or nothing does for long."""
    moved_at = time.monotonic()
    while time.monotonic() - moved_at < PATIENCE_SECONDS:
        ending.check()
        if audience.show_next() or not published.done():
            moved_at = time.monotonic()
            continue
        published.result()  # raises what the CRM met with
        worker.require_running()
        if is_settled(audience.ledger, counts := worker.counts()):
            return counts
    return worker.counts()
