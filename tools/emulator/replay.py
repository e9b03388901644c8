"""Seek: which messages become unacknowledged and which acknowledged.

"SeekRequest" in the API reference: among the messages that are retained, those published before a
time are marked as acknowledged and those published after it as unacknowledged; or all get the state
that a snapshot captured.
"""

from collections.abc import Callable, Iterable

from tools.emulator.message import Delivery, Message


def divide(
    wanted: Callable[[Message], bool],
    outstanding: Iterable[Delivery],
    acknowledged: Iterable[Message],
) -> tuple[list[Delivery], list[Message]]:
    """Divide what a subscription has into what is ``wanted`` and the rest.

    Returns:
        The deliveries to make, oldest first, each message once, and the messages that now count
        as acknowledged.
    """
    unacked = {delivery.message.number: delivery for delivery in outstanding}
    known = {number: delivery.message for number, delivery in unacked.items()}
    known |= {message.number: message for message in acknowledged}
    to_deliver, settled = [], []
    for number in sorted(known):
        if wanted(known[number]):
            to_deliver.append(unacked.get(number) or Delivery(known[number]))
        else:
            settled.append(known[number])
    return to_deliver, settled
