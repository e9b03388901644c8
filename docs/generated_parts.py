"""Write what the pages take from code and figures: ``make figures``, which runs this file."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from docs import capacity_tables as capacity  # noqa: E402 - needs the path
from docs.fault_tables import fields_table, kinds_table  # noqa: E402 - needs the path
from docs.performance_tables import worker_tables  # noqa: E402 - needs the path
from docs.pictures import PICTURES  # noqa: E402 - needs the path
from docs.settings_tables import full_table, short_table  # noqa: E402 - needs the path

README = ROOT / "README.md"
SETTINGS = ROOT / "docs" / "settings.md"
PERFORMANCE = ROOT / "docs" / "performance.md"
CAPACITY = ROOT / "docs" / "capacity.md"
FAULTS = ROOT / "docs" / "emulator-faults.md"
EXAMPLE = ROOT / "docs" / "examples" / "publish_and_read.py"


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` of a page."""

    page: Path
    name: str
    content: Callable[[], str]

    def written_into(self, text: str) -> str:
        """Give the page's text with this part written anew.

        Raises:
            ValueError: the page has no place for it.
        """
        begin, end = f"<!-- {self.name}: begin -->\n", f"<!-- {self.name}: end -->"
        place = re.compile(f"(?<={begin}).*?(?={end})", re.DOTALL)
        if not place.search(text):
            raise ValueError(f"{self.page.name} has no lines {begin.strip()} and {end}")
        return place.sub(lambda _: self.content(), text)


def example() -> str:
    """The example, verbatim, as a block of code."""
    return f"```python\n{EXAMPLE.read_text(encoding='utf-8')}```\n"


PARTS = (
    Part(SETTINGS, "settings", full_table),
    Part(FAULTS, "kinds", kinds_table),
    Part(FAULTS, "fields", fields_table),
    Part(PERFORMANCE, "worker", worker_tables),
    Part(CAPACITY, "summary", capacity.summary),
    *(Part(CAPACITY, str(rate), partial(capacity.size, rate)) for rate in capacity.SIZES),
    Part(CAPACITY, "remedies", capacity.remedies),
    Part(CAPACITY, "history", capacity.history),
    Part(CAPACITY, "measured", capacity.measured),
    Part(CAPACITY, "inputs", capacity.inputs),
    Part(README, "settings", short_table),
    Part(README, "example", example),
)


if __name__ == "__main__":
    for part in PARTS:
        text = part.page.read_text(encoding="utf-8")
        part.page.write_text(part.written_into(text), encoding="utf-8")
    for picture in PICTURES:
        picture.write()
