"""What became of the ack ids of one request ("Exactly-once delivery", Pub/Sub documentation)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class AckFailure(Enum):
    """Why an ack id was refused; the values are the words that Google's clients understand."""

    INVALID = "PERMANENT_FAILURE_INVALID_ACK_ID"
    """Malformed, or no longer the latest of its message: acknowledged, nacked or expired."""

    UNORDERED = "TRANSIENT_FAILURE_UNORDERED_ACK_ID"
    """An earlier message of the ordering key is not acknowledged yet: try again."""


@dataclass(frozen=True, slots=True)
class AckResults:
    """The ack ids that were refused, each with its reason; all others of the request succeeded.

    Without exactly-once delivery nothing is refused.
    """

    refused: Mapping[str, AckFailure] = field(default_factory=dict)

    def succeeded(self, ack_ids: Iterable[str]) -> list[str]:
        """Give those of a request's ack ids that were not refused."""
        return [ack_id for ack_id in ack_ids if ack_id not in self.refused]

    def failed(self, failure: AckFailure) -> list[str]:
        """Give the ack ids that were refused for one reason."""
        return [ack_id for ack_id, reason in self.refused.items() if reason is failure]
