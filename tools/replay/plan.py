"""All that a command line asks of a replay."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from tools.replay.checkpoint import Task
from tools.replay.look import Look
from tools.replay.opening import DEAD_LETTERS, RETAINED, Asked
from tools.replay.selection import Selection

HISTORY_TARGET = "the score history"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent, where to, how fast, and where it is noted."""

    asked: Asked
    selection: Selection
    topic: str | None
    """Where to, in full; None for the history alone."""
    live_topic: str
    """What the worker listens to: the source of events that name none."""
    limit: int | None = None
    in_event_order: bool = False
    rate: float | None = None
    batch: int = 2_000
    checkpoint: Path | None = None
    rejects: Path | None = None
    replay_id: str | None = None
    restart: bool = False

    @property
    def task(self) -> Task:
        """What the checkpoint is kept for."""
        return Task(
            source=str(self.asked),
            target=self.topic or HISTORY_TARGET,
            selection=self.selection.describe(),
            limit=self.limit,
            in_event_order=self.in_event_order,
        )

    @property
    def look(self) -> Look:
        """What is meant of the source."""
        return Look(
            self.selection,
            self.live_topic,
            self.limit,
            as_it_is=self.asked.word == DEAD_LETTERS,
            without_replays=self.asked.word == RETAINED,
        )

    @property
    def checkpoint_path(self) -> Path:
        """Where it is kept how far the replay has come; by default the same for the same task."""
        if self.checkpoint is not None:
            return self.checkpoint
        digest = blake2b(self.task.model_dump_json().encode(), digest_size=4).hexdigest()
        return Path(f"churn-replay-{digest}.json")

    @property
    def rejects_path(self) -> Path:
        """Where what cannot be sent is put."""
        return self.rejects or self.checkpoint_path.with_suffix(".rejects.jsonl")
