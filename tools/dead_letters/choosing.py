"""Which dead letters are meant."""

from dataclasses import dataclass
from datetime import datetime

from consumer.message import Message
from tools.dead_letters.masking import NotReadable, masked_data
from tools.downstream.dead_letters import error_of
from tools.replay.subscriptions.originals import DamagedEnvelope, facts_of, original_of


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for; all dead letters by default. All of it has to hold."""

    message_ids: frozenset[str] = frozenset()
    error: str | None = None
    """The class, exactly."""
    reason: str | None = None
    """A part of the error class or reason, in any case."""
    before: datetime | None = None
    """The first moment at which it must not have become a dead letter."""
    customer: int | None = None

    def includes(self, letter: Message) -> bool:
        """Say whether a dead letter is meant."""
        return (
            (not self.message_ids or letter.message_id in self.message_ids)
            and (self.error is None or error_of(letter) == self.error)
            and (self.before is None or letter.publish_time < self.before)
            and (self.reason is None or _says(letter, self.reason))
            and (self.customer is None or _is_of(letter, self.customer))
        )


def _says(letter: Message, text: str) -> bool:
    facts = facts_of(letter)
    said = f"{facts.get('error', '')} {facts.get('reason', '')}"
    return text.casefold() in said.casefold()


def _is_of(letter: Message, customer: int) -> bool:
    """Look where events have the id, also in those that are no customer updates for it."""
    try:
        data = masked_data(original_of(letter).data)
    except (DamagedEnvelope, NotReadable):
        return False
    inner = data.get("data")
    ids = [data.get("id_client"), inner.get("id_client") if isinstance(inner, dict) else None]
    return any(_is_id(each, customer) for each in ids)


def _is_id(value: object, customer: int) -> bool:
    """Take "42" and 42.0 for 42: that may be why it is a dead letter."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value == customer
    return isinstance(value, str) and value.strip() == str(customer)
