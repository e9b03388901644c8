"""Reading a subscription to its end, which it does not have: until nothing more comes."""

import time
from collections.abc import Callable, Iterator, Sequence

from consumer.message import Message
from tools.replay.subscriptions.held import LEASE_SECONDS, MOST_A_PULL, HeldSubscription


def patience(quiet_seconds: float, *, goes_on: bool) -> float:
    """Wait longer where a process may have been killed: what it held comes when its leases end.

    Args:
        quiet_seconds: how long is enough by itself.
        goes_on: whether there was a process before this one.
    """
    return max(quiet_seconds, 1.5 * LEASE_SECONDS) if goes_on else quiet_seconds


def unchecked() -> None:
    """Let nobody ask to stop."""


def _stays_held(message_ids: Sequence[str]) -> None:
    del message_ids


def read_until_quiet(
    held: HeldSubscription,
    *,
    is_meant: Callable[[Message], bool],
    goes_on: Callable[[], bool],
    left_out: Callable[[Sequence[str]], None] = _stays_held,
    quiet_seconds: float,
    most_a_pull: int = MOST_A_PULL,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Message]:
    """Give the messages that are meant, each once, and hold all.

    Pub/Sub does not say that a subscription is empty, and one pull may bring nothing though there
    is more ("Pull subscriptions", Pub/Sub documentation).

    Args:
        held: what is read.
        is_meant: whether a message counts; what does not count cannot keep it from ending.
        goes_on: asked before each pull.
        left_out: given the ids of those that are not meant; by itself they stay held.
        quiet_seconds: how long nothing that counts may come until this is the end.
        most_a_pull: how many messages one pull may bring.
        clock: seconds that never go back; the time that whoever reads takes does not count.

    Raises:
        ChurnError: the subscription is missing, may not be received from, or is away.
    """
    quiet_since = clock()
    while clock() - quiet_since < quiet_seconds and goes_on():
        came = held.pull(most_a_pull)
        meant = [message for message in came if is_meant(message)]
        left_out([message.message_id for message in came if not is_meant(message)])
        if meant:
            yield from meant
            quiet_since = clock()
