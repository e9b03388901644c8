"""What the demo ends with: the numbers, and whether they add up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consumer.errors import InvalidEvent, UnknownCustomer
from tools.demo.ledger import Ledger, percentile
from tools.demo.worker_process import Counts
from tools.sample.events import Kind

MEASURED = (
    "from just before an event is given to Google's client to its alert's arrival at a subscriber, "
    "the first event included"
)


@dataclass(frozen=True, slots=True)
class Latency:
    """How long alerts took, in milliseconds."""

    p50_ms: float
    p99_ms: float
    alerts: int
    measured: str = MEASURED


@dataclass(frozen=True, slots=True)
class Summary:
    """What was published, what the worker counted, and what came out of the topics."""

    published: Mapping[str, int]
    confirmed: int
    rate: float
    worker: Counts
    alerts_received: int
    dead_letters_received: Mapping[str, int]
    latency: Latency | None
    problems: tuple[str, ...]
    """What does not add up; empty when all is well."""


def summarise(ledger: Ledger, counts: Counts, *, confirmed: int, rate: float) -> Summary:
    """Draw the balance."""
    return Summary(
        published={kind.value: ledger.published[kind] for kind in Kind},
        confirmed=confirmed,
        rate=rate,
        worker=counts,
        alerts_received=ledger.alerts,
        dead_letters_received=dict(sorted(ledger.dead_letters.items())),
        latency=_latency(ledger),
        problems=tuple(problems(ledger, counts, confirmed)),
    )


def is_settled(ledger: Ledger, counts: Counts) -> bool:
    """Whether everything that was published has come to its end, and its end has arrived here."""
    return (
        counts.settled >= ledger.published.total()
        and ledger.alerts >= counts.alert
        and ledger.dead_letters.total() >= counts.dead_lettered
    )


def problems(ledger: Ledger, counts: Counts, confirmed: int) -> Iterator[str]:
    """Say each thing that does not add up."""
    published = ledger.published.total()
    if confirmed != published:
        yield f"{published} events were published, the server confirmed {confirmed}"
    if counts.settled != published:
        yield (
            f"{published} events were published, the worker brought {counts.settled} to an end: "
            f"{counts.alert} alerts, {counts.silent} silent, {counts.dead_lettered} dead letters"
        )
    if ledger.alerts != counts.alert:
        yield f"the worker counts {counts.alert} alerts, {ledger.alerts} came out of the topic"
    yield from _wrong_dead_letters(ledger, counts)
    if counts.violations:
        yield f"{counts.violations} batches lost or gained events"


def _wrong_dead_letters(ledger: Ledger, counts: Counts) -> Iterator[str]:
    received = ledger.dead_letters
    if received.total() != counts.dead_lettered:
        yield (
            f"the worker counts {counts.dead_lettered} dead letters, "
            f"{received.total()} came out of the topic"
        )
    expected = {
        InvalidEvent.__name__: ledger.published[Kind.BROKEN],
        UnknownCustomer.__name__: ledger.published[Kind.UNKNOWN_CUSTOMER],
    }
    for error in sorted(expected.keys() | received.keys()):
        if received[error] != expected.get(error, 0):
            yield (
                f"{expected.get(error, 0)} dead letters {error} were to be expected, "
                f"{received[error]} came"
            )


def _latency(ledger: Ledger) -> Latency | None:
    if not ledger.seconds:
        return None
    return Latency(
        p50_ms=round(percentile(ledger.seconds, 0.5) * 1_000, 1),
        p99_ms=round(percentile(ledger.seconds, 0.99) * 1_000, 1),
        alerts=len(ledger.seconds),
    )
