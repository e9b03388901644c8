"""What workers of tests are forked from: a process that has imported everything a worker needs.

Imports are nearly all of what a worker's start costs: 1.7 s of a core, against 0.05 s for a fork.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_IMPORTED = ["consumer.__main__", "consumer.run"]
_OUTPUTS = (1, 2)


def fork_worker(
    environment: Mapping[str, str], log: Path, arguments: Sequence[str] = ()
) -> ForkServerProcess:
    """Start a worker with exactly this environment; it writes standard output and errors to a log.

    It goes when this process goes. The arguments are those of ``python -m consumer``.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    process = context.Process(target=_work, args=(dict(environment), log, arguments), daemon=True)
    process.start()
    return process


def _work(environment: dict[str, str], log: Path, arguments: Sequence[str]) -> None:
    """Do what ``python -m consumer`` does, in the forked process."""
    from consumer.__main__ import main  # noqa: PLC0415 - nothing but workers shall import it

    os.environ.clear()
    os.environ.update(environment)
    with log.open("wb") as output:
        for stream in _OUTPUTS:
            os.dup2(output.fileno(), stream)
    sys.exit(main(arguments))
