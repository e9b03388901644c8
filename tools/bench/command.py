"""`churn bench`: the group of all benchmarks."""

import typer

from tools.bench.emulator.command import emulator
from tools.bench.growth.command import growth
from tools.bench.latency.command import latency
from tools.bench.plot import plot
from tools.bench.replay.command import replay
from tools.bench.soak.command import soak
from tools.bench.start.command import start
from tools.bench.worker.command import worker

bench = typer.Typer(
    help="Measure speed and memory, and compare.", no_args_is_help=True, add_completion=False
)


@bench.callback()
def _group() -> None:
    """Measure speed and memory, and compare.

    Example: churn bench worker --help
    """


bench.command("emulator")(emulator)
bench.command("worker")(worker)
bench.command("latency")(latency)
bench.command("soak")(soak)
bench.command("growth")(growth)
bench.command("replay")(replay)
bench.command("start")(start)
bench.command("plot")(plot)
