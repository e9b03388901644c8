"""A filter that is checked once and then applied to many messages."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.emulator.errors import InvalidArgument
from tools.emulator.filters.parser import parse
from tools.emulator.filters.syntax_tree import Expression

MAX_FILTER_BYTES = 256


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it was written, and what it means."""

    text: str
    expression: Expression

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether a message with these attributes is to be delivered."""
        return self.expression.matches(attributes)


def compiled(text: str) -> Filter:
    """Check a filter, and make it ready for use.

    Raises:
        InvalidArgument: it is longer than 256 bytes, or no filter; the text names the column.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_FILTER_BYTES:
        raise InvalidArgument(f"a filter has at most {MAX_FILTER_BYTES} bytes, this one has {size}")
    return Filter(text, parse(text))
