"""The example messages of schemas/examples.

A file is a message's data as it stands, except where it is a JSON object of exactly `attributes`
and `data`: then it is a message with attributes.
"""

import json
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "schemas" / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    data: bytes
    attributes: dict[str, str]

    @property
    def structured(self) -> bool:
        return self.attributes.get("content-type", "").startswith("application/cloudevents")


def examples(kind: str) -> list[Example]:
    """All examples of one kind, `valid` or `invalid`, by name."""
    return [_read(path) for path in sorted((EXAMPLES / kind).glob("*.json"))]


def _read(path: Path) -> Example:
    raw = path.read_bytes()
    try:
        document = json.loads(raw)
    except ValueError:
        return Example(path.stem, raw, {})
    if isinstance(document, dict) and document.keys() == {"attributes", "data"}:
        data = json.dumps(document["data"]).encode()
        return Example(path.stem, data, document["attributes"])
    return Example(path.stem, raw, {})
