"""The pages' pictures that are drawn from figures; each says in its file what it was drawn from."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from matplotlib.figure import Figure

from tools.bench.measured import WORKER
from tools.bench.saved import read_report
from tools.bench.worker.plot import drawn
from tools.drawing import rendered

DOCS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG file, and the files that its figures come from."""

    path: Path
    sources: tuple[Path, ...]
    draw: Callable[[], Figure]

    @property
    def origin(self) -> str:
        """What the file says of itself; another where a source has changed."""
        digest = sha256(b"".join(source.read_bytes() for source in self.sources)).hexdigest()
        return f"drawn from figures with the SHA-256 {digest}"

    def is_fresh(self) -> bool:
        """Whether the file was drawn from the figures of now."""
        return self.path.exists() and self.origin in self.path.read_text(encoding="utf-8")

    def write(self) -> None:
        """Draw it anew, unless it is up to date."""
        if not self.is_fresh():
            self.path.write_bytes(rendered(self.draw(), "svg", description=self.origin))


PICTURES = (Picture(DOCS / "worker.svg", (WORKER,), lambda: drawn(read_report(WORKER, "worker"))),)
