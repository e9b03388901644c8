"""A file of events, line by line, as a CRM publishes it; the first wrong line ends it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from consumer.message import OutgoingMessage
from tools.crm.json_text import BadLine
from tools.crm.line import read_line
from tools.errors import BadInput


def read_events(
    lines: Iterable[bytes], name: str, *, now: Callable[[], datetime]
) -> Iterator[OutgoingMessage]:
    """Read line by line; empty lines are skipped, and ordering keys are left out.

    Args:
        lines: of a file in UTF-8.
        name: what the file is called in errors.
        now: the time of event data that stands alone.

    Raises:
        BadInput: a line is no event; the text names file and line, and never repeats a value.
    """
    for number, line in enumerate(lines, 1):
        if content := line.strip():
            try:
                message = read_line(content, now()).message
            except BadLine as error:
                raise BadInput(f"{name}, line {number}: {error}") from None
            yield OutgoingMessage(message.data, message.attributes)
