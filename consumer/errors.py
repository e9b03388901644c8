"""Every error of the worker, in one tree; each class has exactly one disposition.

::

    ChurnError
    ├── EventError               about one event
    │   ├── AlreadySettled       ACK          its alert is out; nothing to do
    │   ├── UnknownCustomer      RETRY        the CRM may be ahead of the database
    │   ├── RevisionTaken        RETRY        another replay of the event was faster
    │   ├── InvalidEvent         DEAD_LETTER  can never be read
    │   ├── UnprocessableRow     DEAD_LETTER  the database refuses this very row
    │   └── ScoringFailed        DEAD_LETTER  the model fails on this very row
    ├── PublishRefused           RETRY        Pub/Sub refuses this very message
    ├── DependencyDown           HOLD         wait for it, spend no delivery attempt
    │   ├── DatabaseDown
    │   ├── PubSubDown
    │   └── StorageDown
    └── WorkerBroken             STOP         exit, so that somebody looks
        ├── BadSettings
        ├── BadModel
        ├── AccessDenied
        ├── ResourceMissing
        ├── ConservationViolated
        └── DeadLetterShareExceeded

Client-library exceptions are translated into these once, in the edge module that raised them.
"""

from enum import Enum, auto


class Disposition(Enum):
    """What becomes of a delivery that failed."""

    ACK = auto()
    """Nothing to do: acknowledge."""
    RETRY = auto()
    """Nack; the subscription's retry policy backs off. Spends a delivery attempt."""
    HOLD = auto()
    """Keep the lease, stop taking, try the dependency again. Spends no delivery attempt."""
    DEAD_LETTER = auto()
    """Publish to the dead-letter topic with the reason, then acknowledge."""
    STOP = auto()
    """Stop taking, release what is held, exit non-zero."""


class ChurnError(Exception):
    """The root. ``str(error)`` is one line that says what happened and how to mend it."""

    disposition: Disposition


class EventError(ChurnError):
    """Something about one event; the others in its batch go on. Its text has no personal data."""

    stage: str = "decode"


class AlreadySettled(EventError):
    """A redelivery of an event whose alert, or silence, is already final."""

    disposition = Disposition.ACK


class UnknownCustomer(EventError):
    """The database has no such customer (yet)."""

    disposition = Disposition.RETRY
    stage = "enrich"


class RevisionTaken(EventError):
    """Two replays of one event were scored at the same moment; one has to count further."""

    disposition = Disposition.RETRY
    stage = "record"


class InvalidEvent(EventError):
    """The message is not a customer update and never will be."""

    disposition = Disposition.DEAD_LETTER


class UnprocessableRow(EventError):
    """The database refuses the query because of this event."""

    disposition = Disposition.DEAD_LETTER
    stage = "enrich"


class ScoringFailed(EventError):
    """The model raises, or gives no probability, for this event."""

    disposition = Disposition.DEAD_LETTER
    stage = "score"


class PublishRefused(ChurnError):
    """Pub/Sub refused this one message; others may pass."""

    disposition = Disposition.RETRY


class DependencyDown(ChurnError):
    """Something outside is away and is expected to come back."""

    disposition = Disposition.HOLD
    dependency: str


class DatabaseDown(DependencyDown):
    """PostgreSQL cannot be reached, refuses connections, or took longer than its timeout."""

    dependency = "database"


class PubSubDown(DependencyDown):
    """Pub/Sub cannot be reached or answers that it is unavailable."""

    dependency = "pubsub"


class StorageDown(DependencyDown):
    """Cloud Storage cannot be reached or answers that it is unavailable."""

    dependency = "storage"


class WorkerBroken(ChurnError):
    """This worker cannot do its job until somebody mends something."""

    disposition = Disposition.STOP


class BadSettings(WorkerBroken):
    """A setting is missing, unknown, or contradicts another; the text names it."""


class BadModel(WorkerBroken):
    """The model is missing, fails its digest, or fails its checks."""


class AccessDenied(WorkerBroken):
    """Credentials are missing or lack a permission."""


class ResourceMissing(WorkerBroken):
    """A topic, subscription, table or bucket does not exist."""


class ConservationViolated(WorkerBroken):
    """More or fewer outcomes than deliveries: a defect of the worker itself."""


class DeadLetterShareExceeded(WorkerBroken):
    """Too many of the last events were dead letters: a bad release, not bad events."""
