"""What was measured last, as ``churn bench worker --json`` wrote it: the figures of the pages."""

from pathlib import Path
from typing import Final

WORKER: Final = Path(__file__).with_name("worker.json")
