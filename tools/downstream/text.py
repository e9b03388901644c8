"""Small pieces of the lines that are shown."""

from datetime import datetime


def clock_time(moment: datetime) -> str:
    """Write the time of day here, to the second."""
    return moment.astimezone().strftime("%H:%M:%S")


def printable(text: str) -> str:
    """Replace what would move the cursor or change colours; a publisher may have put it in."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
