"""Seek to a time: which messages become unacknowledged and which acknowledged.

"SeekRequest.time" in the API reference: what was published before the time is marked as
acknowledged, what was published after it as unacknowledged, among the messages that are retained.
"""

from collections.abc import Iterable

from tools.emulator.message import Delivery, Message


def divide(
    time: int, outstanding: Iterable[Delivery], acknowledged: Iterable[Message]
) -> tuple[list[Delivery], list[Message]]:
    """Divide what a subscription has by publish time (nanoseconds).

    Returns:
        The deliveries to make, oldest first, each message once, and the messages that now count
        as acknowledged.
    """
    unacked = {delivery.message.number: delivery for delivery in outstanding}
    known = {number: delivery.message for number, delivery in unacked.items()}
    known |= {message.number: message for message in acknowledged}
    to_deliver, settled = [], []
    for number in sorted(known):
        if known[number].publish_time < time:
            settled.append(known[number])
        else:
            to_deliver.append(unacked.get(number) or Delivery(known[number]))
    return to_deliver, settled
