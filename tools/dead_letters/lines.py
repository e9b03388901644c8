"""One dead letter as a line, and as an object for a program."""

from typing import Any

from rich.text import Text

from consumer.message import Message
from schemas.moments import rfc3339
from tools.downstream.dead_letters import dead_letter_document, error_of
from tools.downstream.text import printable
from tools.replay.subscriptions.originals import DamagedEnvelope, original_of, redrives_of

NO_ERROR = "(none)"
"""Pub/Sub's own dead-letter policy names no class of errors."""


def document(letter: Message) -> dict[str, Any]:
    """Give what is known of a dead letter, without its data."""
    return {**dead_letter_document(letter), "redrives": redrives(letter)}


def line(letter: Message) -> Text:
    """Write message id, time, error, stage, attempts and reason; nothing of its data."""
    known = dead_letter_document(letter)
    text = Text(no_wrap=True).append(letter.message_id, style="bold")
    text.append(f"  {rfc3339(letter.publish_time.replace(microsecond=0))}", style="dim")
    text.append(f"  {printable(error_of(letter)) or NO_ERROR}", style="red")
    where = [f"in {printable(known['stage'])}"] if known["stage"] else []
    where += [f"after {known['attempts']} attempts"] if known["attempts"] not in {None, 1} else []
    where += [f"redrives: {times}"] if (times := redrives(letter)) else []
    text.append(f"  {', '.join(where)}" if where else "", style="dim")
    return text.append(f"  {printable(known['reason'])}")


def redrives(letter: Message) -> int:
    """Say how often the original was sent again; 0 where it cannot be had."""
    try:
        return redrives_of(original_of(letter))
    except DamagedEnvelope:
        return 0
