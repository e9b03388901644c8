"""How long imports take in an interpreter that does nothing else."""

import subprocess
import sys
from collections.abc import Sequence

from tools.errors import BadInput
from tools.stack.environment import isolated

LIMIT_SECONDS = 120

# Some of what a run imports is there only on trial, and missing.
_TIMED = """
import sys, time
names = sys.stdin.read().split()
started = time.perf_counter()
for name in names:
    try:
        __import__(name)
    except ImportError:
        pass
print(time.perf_counter() - started)
"""


class ImportsFailed(BadInput):
    """A module cannot be imported by itself."""


def import_seconds(modules: Sequence[str]) -> float:
    """Import modules one after another in a fresh interpreter, and give the seconds.

    Raises:
        ImportsFailed: one of them raises something else than ImportError, or takes minutes.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", _TIMED],
            input=" ".join(modules),
            capture_output=True,
            text=True,
            check=True,
            timeout=LIMIT_SECONDS,
            env=isolated({}),
        )
    except subprocess.CalledProcessError as error:
        raise ImportsFailed(f"an import failed: {error.stderr.strip().splitlines()[-1]}") from None
    except subprocess.TimeoutExpired:
        raise ImportsFailed(f"imports took more than {LIMIT_SECONDS} s") from None
    return float(done.stdout.split()[-1])
