"""How a dead letter looks: why it is one, and never what it says."""

from typing import Any

from rich.text import Text

from consumer.message import Message
from schemas import dead_letters as words
from schemas.moments import rfc3339
from tools.downstream.text import clock_time, printable

BY_POLICY = "no reason: Pub/Sub's dead-letter policy moved it"


def error_of(message: Message) -> str:
    """Name the class of the error; empty where the worker did not write it."""
    return message.attributes.get(words.ERROR, "")


def dead_letter_line(message: Message) -> Text:
    """Write time, error, stage, attempts and reason."""
    line = Text(no_wrap=True).append(clock_time(message.publish_time), style="dim")
    line.append(f"  {printable(error_of(message)) or 'DeadLetter'}", style="red")
    stage, attempts = message.attributes.get(words.STAGE), attempts_of(message)
    where = [f"in {printable(stage)}"] if stage else []
    where += [f"after {printable(attempts)} attempts"] if attempts not in {"", "1"} else []
    line.append(f"  {' '.join(where)}" if where else "", style="dim")
    line.append(f"  {printable(message.attributes.get(words.REASON, BY_POLICY))}")
    return line


def dead_letter_document(message: Message) -> dict[str, Any]:
    """Give what the worker wrote about the message, without its data."""
    read = message.attributes.get
    return {
        "message_id": message.message_id,
        "publish_time": rfc3339(message.publish_time),
        "error": read(words.ERROR),
        "reason": read(words.REASON, BY_POLICY),
        "stage": read(words.STAGE),
        "attempts": int(attempts) if (attempts := attempts_of(message)).isdecimal() else None,
        "first_seen": read(words.FIRST_SEEN) or read(words.POLICY_FIRST_SEEN),
        "subscription": read(words.SUBSCRIPTION) or read(words.POLICY_SUBSCRIPTION),
    }


def attempts_of(message: Message) -> str:
    """Say how often it was delivered, as it stands there; empty where nobody counted."""
    return message.attributes.get(words.ATTEMPTS) or message.attributes.get(
        words.POLICY_ATTEMPTS, ""
    )
