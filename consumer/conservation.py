"""Nothing may vanish and nothing may appear: as many outcomes as deliveries, in their order.

Messages are told apart by what they are, not by what they hold: two deliveries may be equal.
"""

from collections.abc import Sequence

from consumer.errors import ConservationViolated
from consumer.message import Message
from consumer.stages import Outcome


def conserve(batch: Sequence[Message], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Give each delivery's one outcome, in the order of the batch.

    Raises:
        ConservationViolated: a delivery has no outcome, or two, or an outcome has no delivery.
    """
    by_message = {id(outcome.message): outcome for outcome in outcomes}
    if not len(outcomes) == len(by_message) == len(batch):
        raise _violated(batch, outcomes)
    try:
        return [by_message.pop(id(message)) for message in batch]  # each message once
    except KeyError as error:
        raise _violated(batch, outcomes) from error


def _violated(batch: Sequence[Message], outcomes: Sequence[Outcome]) -> ConservationViolated:
    known = len({id(message) for message in batch} & {id(each.message) for each in outcomes})
    return ConservationViolated(
        f"{len(batch)} deliveries came to {len(outcomes)} outcomes for {known} of them: a defect "
        "of the worker; nothing of this batch was acknowledged"
    )
