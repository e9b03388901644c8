"""`churn bench replay`: history sent again, beside publishers that read nothing."""

import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from consumer.model.stored import manifest_name
from tools.bench.options import AsJson, Check, Rounds
from tools.bench.replay.figures import figures
from tools.bench.replay.play import SUBJECTS, Bench, line_of
from tools.bench.rounds import interleaved
from tools.bench.worker_report import worker_report
from tools.bench.world import World, open_world
from tools.sample import sample_model
from tools.sample.events import sample_events
from tools.terminal import interruption, progress, told_when_interrupted

TOPIC = "replayed"


def replay(
    *,
    events: Annotated[int, typer.Option(min=1, help="Events in the file.")] = 200_000,
    rounds: Rounds = 3,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """Measure how fast a file is replayed, and compared by two models.

    Each is a process of its own, on the same file of JSON Lines. The bare publishers have all
    events in memory before their clock starts: Google's with its default batches, the worker's
    with the batches of a replay. Of `churn replay` and `churn what-if` it is the time that they
    report: without start and imports. A target stands beside its figure; missing it is no failure
    without --check.

    Example: churn bench replay --rounds 5 --json
    """
    load = os.getloadavg()[0]
    with told_when_interrupted():
        speeds = _speeds(events, rounds)
    options = {"events": events, "rounds": rounds, "load_before": round(load, 2)}
    report = worker_report("replay", options, figures(speeds))
    report.show(as_json=as_json)
    if check:
        report.require_targets()


def _speeds(events: int, rounds: int) -> Sequence[tuple[str, float]]:
    """Play all rounds.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; what was started is stopped.
    """
    with (
        interruption() as ending,
        ending.may_end_children(),
        open_world(ending) as world,
        tempfile.TemporaryDirectory(prefix="churn-bench-") as directory,
    ):
        bench = _bench(Path(directory), events, world)
        runs = interleaved(SUBJECTS, rounds, lambda subject: [bench.speed(subject)])
        return list(progress(runs, "measuring", rounds * len(SUBJECTS)))


def _bench(directory: Path, events: int, world: World) -> Bench:
    file, model = directory / "events.jsonl", directory / "candidate.pkl"
    made = sample_events(events, seed=1, now=lambda: datetime.now(UTC))
    with file.open("wb") as lines:
        lines.writelines(map(line_of, made))
    trained = sample_model()
    model.write_bytes(trained.pickle)
    manifest = model.with_name(manifest_name(model.name))
    manifest.write_text(trained.manifest.model_dump_json())
    world.create_topic(TOPIC)
    return Bench(file, events, world.names.topic(TOPIC), str(model), world)
