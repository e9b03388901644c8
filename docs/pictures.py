"""The pages' pictures that are drawn from figures; each says in its file what it was drawn from."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from matplotlib.figure import Figure

from docs import capacity_tables
from tools.bench.measured import WORKER
from tools.bench.saved import read_report
from tools.bench.worker.plot import drawn
from tools.drawing import rendered

DOCS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG file, the figures that it shows, and how it is drawn."""

    path: Path
    figures: Callable[[], bytes]
    draw: Callable[[], Figure]

    @property
    def origin(self) -> str:
        """What the file says of itself; another where a figure has changed."""
        return f"drawn from figures with the SHA-256 {sha256(self.figures()).hexdigest()}"

    def is_fresh(self) -> bool:
        """Whether the file was drawn from the figures of now."""
        return self.path.exists() and self.origin in self.path.read_text(encoding="utf-8")

    def write(self) -> None:
        """Draw it anew, unless it is up to date."""
        if not self.is_fresh():
            self.path.write_bytes(rendered(self.draw(), "svg", description=self.origin))


PICTURES = (
    Picture(DOCS / "worker.svg", WORKER.read_bytes, lambda: drawn(read_report(WORKER, "worker"))),
    Picture(DOCS / "capacity.svg", capacity_tables.pictured, capacity_tables.picture),
)
