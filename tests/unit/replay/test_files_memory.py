"""A long archive takes the memory that a short one takes."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.replay.replay_files import line

MEMBER = 10_000
"""Lines of a packed member; an archive is this member again and again."""

READER = """
import resource, sys
from datetime import UTC, datetime
from tools.replay.files import open_files
with open_files(sys.argv[1:], now=datetime.now(UTC)) as source:
    count = sum(1 for _ in source.entries())
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_kilobytes(archive: Path, members: int) -> int:
    """Read an archive in a process of its own; its peak."""
    member = b"".join(line(number, message_id=str(number)) for number in range(MEMBER))
    archive.write_bytes(gzip.compress(member) * members)
    told = subprocess.run(
        [sys.executable, "-c", READER, str(archive)], check=True, capture_output=True, text=True
    )
    count, peak = map(int, told.stdout.split())
    assert count == MEMBER * members
    return peak


@pytest.mark.long
def test_a_million_events_take_the_memory_of_ten_thousand(tmp_path: Path) -> None:
    short = peak_kilobytes(tmp_path / "short.gz", 1)
    long = peak_kilobytes(tmp_path / "long.gz", 100)
    assert long < short + 8 * 1024
