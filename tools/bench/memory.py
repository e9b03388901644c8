"""How much memory a process has in RAM, without a package for it."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

MEBIBYTE = 1024 * 1024


def children_resident(parent: int) -> float | None:
    """Give the resident memory of a process' children in MiB; None where there is no way to ask.

    Linux says it under /proc ("proc(5)"), other systems by the program ``ps``.
    """
    children = Path(f"/proc/{parent}/task/{parent}/children")
    if children.exists():
        return sum(map(_resident, children.read_text().split())) / MEBIBYTE
    with suppress(OSError, subprocess.CalledProcessError):
        command = ["ps", "-A", "-o", "ppid=,rss="]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in lines.splitlines()]
        return sum(int(size) for owner, size in rows if owner == str(parent)) / 1024
    return None


def _resident(process: str) -> int:
    pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
