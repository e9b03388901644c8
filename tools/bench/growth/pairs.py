"""What is compared: a little and a lot of the same, three times."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is a little, and how much is a lot."""

    events: int
    """In every backlog but the large one."""
    backlog: int
    """Events in the large one."""
    customers: int
    """In the small database."""
    more_customers: int
    """In the large one."""


@dataclass(frozen=True, slots=True)
class Side:
    """One run of workers."""

    name: str
    events: int
    customers: int | None = None
    """Generated ones; None for those of the sample."""
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs that differ in one thing."""

    key: str
    """Names it on the command line."""
    small: Side
    large: Side


USUAL = Sizes(events=50_000, backlog=500_000, customers=10_000, more_customers=1_000_000)
SMALL_BACKLOG, LARGE_BACKLOG = "small backlog", "large backlog"
FEW_CUSTOMERS, MANY_CUSTOMERS = "few customers", "many customers"
ONE_WORKER, TWO_WORKERS = "one worker", "two workers"


def pairs_of(sizes: Sizes) -> tuple[Pair, ...]:
    """Give all pairs."""
    events = sizes.events
    return (
        Pair("backlog", Side(SMALL_BACKLOG, events), Side(LARGE_BACKLOG, sizes.backlog)),
        Pair(
            "customers",
            Side(FEW_CUSTOMERS, events, customers=sizes.customers),
            Side(MANY_CUSTOMERS, events, customers=sizes.more_customers),
        ),
        Pair("workers", Side(ONE_WORKER, events), Side(TWO_WORKERS, events, workers=2)),
    )
