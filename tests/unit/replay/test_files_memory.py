"""A long archive takes the memory that a short one takes."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.replay.replay_files import line

MEMBER = 10_000
"""Lines of a packed member; an archive is this member again and again."""

STATUS = Path("/proc/self/status")
READER = f"""
import re, sys
from datetime import UTC, datetime
from pathlib import Path
from tools.replay.files import open_files
with open_files(sys.argv[1:], now=datetime.now(UTC)) as source:
    count = sum(1 for _ in source.entries())
print(count, re.search(r"VmHWM:\\s+([0-9]+) kB", Path("{STATUS}").read_text())[1])
"""
"""Its peak by the kernel; getrusage would count what this process had when it started it."""


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
@pytest.mark.skipif(not STATUS.exists(), reason="memory is read in /proc")
def test_a_million_events_take_the_memory_of_ten_thousand(tmp_path: Path) -> None:
    short = peak_kilobytes(tmp_path / "short.gz", 1)
    long = peak_kilobytes(tmp_path / "long.gz", 100)
    assert long < short + 8 * 1024
