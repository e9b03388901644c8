"""Where a benchmark ran: figures of two machines are not compared."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class Machine:
    """The facts that change figures."""

    cores: int
    system: str
    processor: str
    python: str
    versions: dict[str, str]

    def __str__(self) -> str:
        packages = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return (
            f"{self.cores} cores, {self.system} {self.processor}, Python {self.python}, {packages}"
        )


def this_machine(packages: Sequence[str]) -> Machine:
    """Describe this machine, with the versions of the packages that matter.

    Raises:
        importlib.metadata.PackageNotFoundError: one of them is not installed.
    """
    return Machine(
        cores=_usable_cores(),
        system=platform.system(),
        processor=platform.machine(),
        python=platform.python_version(),
        versions={name: version(name) for name in packages},
    )


def _usable_cores() -> int:
    """How many cores this process may use, which in a container is fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
