"""The page ``docs/emulator-conformance.md``: the table with what it says of itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from tests.conformance.table import Row, as_markdown, summary
from tools.stack.official_pubsub import NotHere, official_jar

_INTRODUCTION = """\
# Conformance, sentence by sentence

What the documentation of Pub/Sub says, and whether it holds on the embedded server
(`churn emulator`) and on Google's official emulator. Each line is a test in `tests/contract/pubsub`
that is named after the sentence, and the same test runs on both servers with Google's own client.
"differs" means that the test was run there and failed as its mark says: a mark that is no longer
true fails. `make conformance` runs them all and writes this page.
"""


@dataclass(frozen=True, slots=True)
class Versions:
    """What the results of a page hold for."""

    embedded: str
    official: str
    client: str

    @classmethod
    def here(cls) -> "Versions":
        """Look at what is installed here."""
        return cls(version("churn-alerts"), _official(), version("google-cloud-pubsub"))


def page(table: Sequence[Row], versions: Versions) -> str:
    """Write the whole page."""
    lines = [
        _INTRODUCTION,
        f"- embedded: version {versions.embedded} of this project",
        f"- official: {versions.official}",
        f"- client: google-cloud-pubsub {versions.client} for Python",
        "",
        *(f"**{line}.**  " for line in summary(table)),
        *as_markdown(table),
    ]
    return "\n".join(lines) + "\n"


def _official() -> str:
    try:
        name = official_jar().name
    except NotHere:
        return "Google's emulator of an unknown version"
    found = re.search(r"\d+(\.\d+)+", name)
    return f"Google's emulator {found.group() if found else name}"
