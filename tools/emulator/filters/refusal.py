"""How a filter is refused: one line that shows the place."""

from tools.emulator.errors import InvalidArgument


def refusal(column: int, problem: str) -> InvalidArgument:
    """Say what is wrong at a column (the first is 1) of a filter."""
    return InvalidArgument(f"filter, column {column}: {problem}")
