"""Nothing may vanish and nothing may appear: as many outcomes as deliveries, in their order."""

from collections.abc import Sequence

from consumer.errors import ConservationViolated
from consumer.message import Message
from consumer.stages import Outcome


def conserve(batch: Sequence[Message], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Give each delivery's one outcome, in the order of the batch.

    Raises:
        ConservationViolated: a delivery has no outcome, or two, or an outcome has no delivery.
    """
    by_message = {outcome.message: outcome for outcome in outcomes}
    if not len(outcomes) == len(by_message) == len(batch) or set(batch) != set(by_message):
        raise ConservationViolated(
            f"{len(batch)} deliveries came to {len(outcomes)} outcomes for {len(by_message)} of "
            "them: a defect of the worker; nothing of this batch was acknowledged"
        )
    return [by_message[message] for message in batch]
