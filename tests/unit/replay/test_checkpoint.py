"""Where a replay goes on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.errors import BadInput
from tools.replay.checkpoint import Checkpoint, CheckpointFile, Counts, Task, begin

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TASK = Task(source="a.jsonl", target="projects/p/topics/t", selection={"customers": [1]})


def begun(file: CheckpointFile, task: Task = TASK, *, anew: bool = False) -> Checkpoint:
    return begin(file, task, replay_id="r-2", now=NOW, anew=anew)


@pytest.fixture
def file(tmp_path: Path) -> CheckpointFile:
    return CheckpointFile(tmp_path / "checkpoint.json")


def test_an_unfinished_replay_goes_on_with_its_id_time_and_counts(file: CheckpointFile) -> None:
    first = Checkpoint(replay_id="r-1", started=datetime(2026, 11, 24, tzinfo=UTC), task=TASK)
    file.save(first.after("cursor", Counts(read=5, sent=4, left_out=1)))
    going_on = begun(file)
    assert (going_on.replay_id, going_on.cursor) == ("r-1", "cursor")
    assert going_on.started == first.started
    assert going_on.counts.sent == 4


def test_a_finished_one_begins_anew_with_another_id(file: CheckpointFile) -> None:
    file.save(Checkpoint(replay_id="r-1", started=NOW, task=TASK, cursor="c").finished())
    assert (begun(file).replay_id, begun(file).cursor) == ("r-2", None)


def test_another_task_is_not_gone_on_with(file: CheckpointFile) -> None:
    file.save(Checkpoint(replay_id="r-1", started=NOW, task=TASK))
    with pytest.raises(BadInput, match="--checkpoint, or --restart"):
        begun(file, TASK.model_copy(update={"source": "b.jsonl"}))
    assert begun(file, anew=True).replay_id == "r-2"


def test_a_file_that_is_no_checkpoint_is_left_alone(file: CheckpointFile) -> None:
    file.path.write_text("my diary")
    with pytest.raises(BadInput, match="no checkpoint"):
        begun(file)
    assert file.path.read_text() == "my diary"


def test_a_second_replay_waits_for_nobody_and_is_refused(file: CheckpointFile) -> None:
    another = CheckpointFile(file.path)
    with file.locked(), pytest.raises(BadInput, match="another replay"), another.locked():
        raise AssertionError("both have it")
    with another.locked():
        pass
