"""What is measured of a consumer, and what is aimed at."""

from tools.bench.comparisons import Comparison
from tools.bench.latency.subjects import ECHO, GOOGLE_ECHO, WORKER
from tools.bench.quantities import Quantity, Target
from tools.bench.worker.stages import STAGES

MILLISECOND = 1e-3

RATE_P50 = Quantity("rate_p50", "p50 at the rate", "ms")
RATE_P90 = Quantity("rate_p90", "p90 at the rate", "ms")
RATE_P99 = Quantity("rate_p99", "p99 at the rate", "ms")
RATE_MAX = Quantity("rate_max", "max at the rate", "ms")
RATE_SHARES = {RATE_P50: 0.5, RATE_P90: 0.9, RATE_P99: 0.99, RATE_MAX: 1.0}
LONE_P50 = Quantity("lone_p50", "p50 of a lone event", "ms")
LATE_P99 = Quantity("late_p99", "p99 published late", "ms")
STAGE_COSTS = {stage: Quantity(f"lone_stage_{stage}", f"{stage}, lone", "ms") for stage in STAGES}

RATE_COMPARISONS = (
    Comparison(
        Quantity(
            *("rate_p99_to_google_echo", "p99 to Google's", "times"),
            Target(2.0, at_most=True),
            (WORKER,),
        ),
        base=GOOGLE_ECHO,
        subjects=(ECHO, WORKER),
    ),
    Comparison(
        Quantity("rate_p99_to_echo", "p99 to ours", "times"),
        base=ECHO,
        subjects=(WORKER,),
    ),
)
LONE_COMPARISONS = (
    Comparison(
        Quantity(
            *("lone_p50_to_google_echo", "lone to Google's", "times"),
            Target(1.5, at_most=True),
            (WORKER,),
        ),
        base=GOOGLE_ECHO,
        subjects=(ECHO, WORKER),
    ),
    Comparison(
        Quantity("lone_p50_to_echo", "lone to ours", "times"),
        base=ECHO,
        subjects=(WORKER,),
    ),
)
