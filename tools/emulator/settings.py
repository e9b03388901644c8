"""How topics and subscriptions are set up; durations are nanoseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.emulator.clock import DAY, MINUTE, SECOND
from tools.emulator.errors import InvalidArgument
from tools.emulator.filters import Filter
from tools.emulator.schemas.topic_schema import TopicSchema

SHORTEST_RETENTION = 10 * MINUTE
LONGEST_RETENTION = 31 * DAY
LONGEST_BACKOFF = 600 * SECOND


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The delay between deliveries of one message."""

    minimum_backoff: int = 10 * SECOND
    maximum_backoff: int = LONGEST_BACKOFF

    def __post_init__(self) -> None:
        for backoff in (self.minimum_backoff, self.maximum_backoff):
            if not 0 <= backoff <= LONGEST_BACKOFF:
                raise InvalidArgument("a retry policy's back-off is between 0 and 600 seconds")
        if self.minimum_backoff > self.maximum_backoff:
            raise InvalidArgument("minimum_backoff is larger than maximum_backoff")


@dataclass(frozen=True, slots=True)
class DeadLetterPolicy:
    """Where a message goes that failed ``max_delivery_attempts`` times."""

    topic: str
    max_delivery_attempts: int = 5

    def __post_init__(self) -> None:
        if not 5 <= self.max_delivery_attempts <= 100:  # noqa: PLR2004 - documented limits
            raise InvalidArgument(
                "max_delivery_attempts is between 5 and 100 (0 means 5), not"
                f" {self.max_delivery_attempts}"
            )


@dataclass(frozen=True, slots=True)
class StoragePolicy:
    """The regions that may store a topic's messages ("MessageStoragePolicy", API reference)."""

    regions: tuple[str, ...]
    enforce_in_transit: bool = False

    def __post_init__(self) -> None:
        if not self.regions:
            raise InvalidArgument("message_storage_policy allows no region: name one at least")


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """A topic; without retention its messages are kept by its subscriptions alone.

    ``key_name`` and ``storage_policy`` are remembered only: messages stay in this memory.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    retention: int | None = None
    schema: TopicSchema | None = None
    key_name: str = ""
    storage_policy: StoragePolicy | None = None

    def __post_init__(self) -> None:
        if self.retention is not None:
            check_retention(self.retention)


@dataclass(frozen=True, slots=True)
class SubscriptionSettings:
    """A pull subscription, with the defaults of the API reference.

    ``expiration`` is how long it may be idle, None for ever; the emulator remembers it only.
    """

    name: str
    topic: str
    ack_deadline_seconds: int = 10
    retain_acked_messages: bool = False
    retention: int = 7 * DAY
    labels: Mapping[str, str] = field(default_factory=dict)
    ordering: bool = False
    exactly_once: bool = False
    filter: Filter | None = None
    expiration: int | None = 31 * DAY
    dead_letter_policy: DeadLetterPolicy | None = None
    retry_policy: RetryPolicy | None = None
    detached: bool = False

    def __post_init__(self) -> None:
        check_ack_deadline(self.ack_deadline_seconds)
        check_retention(self.retention)
        if self.expiration is not None:
            _check_expiration(self.expiration, self.retention)


def check_ack_deadline(seconds: int) -> int:
    """Return a subscription's or stream's ack deadline if it is allowed.

    Raises:
        InvalidArgument: it is not.
    """
    if not 10 <= seconds <= 600:  # noqa: PLR2004 - documented limits
        raise InvalidArgument(f"an ack deadline is between 10 and 600 seconds, not {seconds}")
    return seconds


def check_retention(duration: int) -> None:
    """Check a retention of messages.

    Raises:
        InvalidArgument: it is shorter or longer than the service allows.
    """
    if not SHORTEST_RETENTION <= duration <= LONGEST_RETENTION:
        raise InvalidArgument("message_retention_duration is between 10 minutes and 31 days")


def _check_expiration(ttl: int, retention: int) -> None:
    """Check how long a subscription may be idle ("Subscription properties")."""
    if ttl < DAY:
        raise InvalidArgument("expiration_policy.ttl is at least 1 day")
    if ttl < retention:
        raise InvalidArgument(
            "expiration_policy.ttl is not shorter than message_retention_duration, which is"
            f" {retention // SECOND} seconds: make that shorter, too"
        )
