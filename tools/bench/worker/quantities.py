"""What is measured of a consumer, and what is aimed at."""

from tools.bench.comparisons import Comparison
from tools.bench.quantities import Quantity, Target
from tools.bench.worker.stages import STAGES
from tools.bench.worker.subjects import ALL_ON, GOOGLE_NO_OP, NO_OP, PER_MESSAGE, REASONS, WORKER

CPU = Quantity("cpu", "CPU", "µs/event", Target(110, at_most=True), (WORKER,))
MEMORY = Quantity(
    "memory", "peak memory", "MB", Target(400, at_most=True), (WORKER, REASONS, ALL_ON)
)
ALERTS = Quantity("alerts", "alerts", "% of events")
DATABASE_CPU = Quantity("database_cpu", "CPU of the database", "µs/event")
HISTORY = Quantity("history", "history on disk", "bytes/event")
STAGE_PREFIX = "stage_"
STAGE_COSTS = {
    stage: Quantity(f"{STAGE_PREFIX}{stage}", f"stage {stage}", "µs/event") for stage in STAGES
}


COMPARISONS = (
    Comparison(
        Quantity("to_per_message", "speed to per message", "times", Target(100), (WORKER,)),
        base=PER_MESSAGE,
        subjects=(WORKER, REASONS, ALL_ON),
    ),
    Comparison(
        Quantity("to_google_no_op", "speed to Google's no-op", "times", Target(1.0), (WORKER,)),
        base=GOOGLE_NO_OP,
        subjects=(NO_OP, WORKER, REASONS, ALL_ON),
    ),
    Comparison(
        Quantity("to_worker", "speed to worker", "times", Target(0.6), (ALL_ON,)),
        base=WORKER,
        subjects=(REASONS, ALL_ON),
    ),
)
