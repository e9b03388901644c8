"""The kinds of faults: what each does, to whom, and how often.

A rule is asked at every occasion of its kind (a call, a response of a stream, a delivery, an ack
id) that concerns its topic and subscription, and strikes or not.
"""

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from tools.emulator.faults.rpcs import Rpc, Status


class Fault(BaseModel):
    """What every rule has: whom it concerns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str = Field(
        "", description="Only what is about this topic (id or full name); empty for all."
    )
    subscription: str = Field(
        "", description="Only what is about this subscription (id or full name); empty for all."
    )

    def concerns(self, names: Collection[str]) -> bool:
        """Whether the rule is about something that has these resource names."""
        return _named(self.topic, "topics", names) and _named(
            self.subscription, "subscriptions", names
        )


class Striking(Fault):
    """A rule that strikes at some of its occasions; by default at all."""

    after: NonNegativeInt = Field(0, description="So many occasions go by untouched first.")
    every: PositiveInt = Field(1, description="Then each so-many-th occasion counts.")
    share: float = Field(1.0, gt=0, le=1, description="Of those, this share at random.")
    times: PositiveInt | None = Field(None, description="Strikes so often at the most.")


class Fail(Striking):
    """Answers calls of an RPC with a status, without doing anything."""

    kind: Literal["fail"] = "fail"
    rpc: Rpc = Field(description="The method, as `Publish`; of StreamingPull, the opening.")
    status: Status = Field("UNAVAILABLE", description="The gRPC status of the answer.")


class AmbiguousPublishes(Striking):
    """Publishes, and then answers with a status as if it had failed."""

    kind: Literal["ambiguous_publishes"] = "ambiguous_publishes"
    status: Status = Field("UNAVAILABLE", description="The gRPC status of the answer.")


class Delay(Striking):
    """Lets calls of an RPC wait before anything is done."""

    kind: Literal["delay"] = "delay"
    rpc: Rpc = Field(description="The method, as `Publish`; of StreamingPull, the opening.")
    seconds: float = Field(gt=0, le=3_600, description="How long.")


class BreakStreams(Striking):
    """Ends a StreamingPull call with UNAVAILABLE after a response (each response is asked for)."""

    kind: Literal["break_streams"] = "break_streams"


class DuplicateDeliveries(Striking):
    """Forgets a lease as soon as it is sent: the ack id is stale and the message comes once more.

    Each delivery is asked for, save those that are such a second copy. What follows the message in
    its ordering key comes again with it. Exactly-once subscriptions are left alone.
    """

    kind: Literal["duplicate_deliveries"] = "duplicate_deliveries"


class DropAcks(Striking):
    """Answers OK to an acknowledgement and forgets it (each ack id is asked for).

    The message comes again after its ack deadline. Exactly-once subscriptions are left alone.
    """

    kind: Literal["drop_acks"] = "drop_acks"


class OutOfOrder(Striking):
    """Shuffles the messages of a response; where it is ordered, each key keeps its order."""

    kind: Literal["out_of_order"] = "out_of_order"


class Pause(Fault):
    """Delivers nothing as long as it lasts."""

    kind: Literal["pause"] = "pause"


AnyFault = Annotated[
    Fail
    | AmbiguousPublishes
    | Delay
    | BreakStreams
    | DuplicateDeliveries
    | DropAcks
    | OutOfOrder
    | Pause,
    Field(discriminator="kind"),
]


def _named(wanted: str, collection: str, names: Collection[str]) -> bool:
    suffix = f"/{collection}/{wanted}"
    return not wanted or any(name == wanted or name.endswith(suffix) for name in names)
