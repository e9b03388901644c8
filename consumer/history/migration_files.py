"""The numbered changes of the history's tables, as plain SQL beside this file.

A file that was ever released is never changed: what has to change is a new file. Each only adds,
because workers of the version before go on while it is applied and after it.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "migrations"
_NAME = re.compile(r"(\d{4})_(\w+)")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The digest of the text, by which a changed file is found out."""
        return sha256(self.text.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.number:04} {self.name}"


@cache
def released() -> tuple[Migration, ...]:
    """Read this version's migrations, in order; their numbers run from 1 without a gap."""
    return read_migrations(_FOLDER)


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """Read a folder of files like ``0001_score_history.sql``.

    Raises:
        ValueError: a name has no number, or the numbers have a gap.
    """
    found = tuple(_read(path) for path in sorted(folder.glob("*.sql")))
    if [each.number for each in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the numbers of the migrations in {folder.name} have a gap")
    return found


def _read(path: Path) -> Migration:
    name = _NAME.fullmatch(path.stem)
    if name is None:
        raise ValueError(f"{path.name} must be named like 0001_score_history.sql")
    return Migration(int(name[1]), name[2], path.read_text("utf-8"))
