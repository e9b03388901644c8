"""What a replay says, before and while it runs."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from consumer.message import Message
from tools.errors import BadInput
from tools.replay.checkpoint import Checkpoint, Counts, Task
from tools.replay.dry_run import DryRun
from tools.replay.look import Look
from tools.replay.opening import Asked, require_sense
from tools.replay.progress import Shown, duration, standing
from tools.replay.selection import Selection
from tools.replay.source import Entry, Rejected

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TASK = Task(source="s", target="t", selection={})


def entry(number: int, data: bytes) -> Entry:
    at = NOON + timedelta(hours=number)
    return Entry(Message(f"m-{number}", data, {"ce-nom": "Durand"}, at), str(number), number)


def test_a_dry_run_counts_shows_three_and_hides_names() -> None:
    found = DryRun("projects/p/topics/t")
    named = orjson.dumps({"id_client": 1, "nom": "Durand"})
    pieces: list[Entry | Rejected] = [
        Entry(Message(f"m-{n}", named, {}, NOON + timedelta(hours=n)), str(n), n) for n in range(5)
    ]
    pieces += [Rejected("f, line 9: is not JSON", b"x", "9", 9), entry(10, b"oops")]
    found.look(Look(Selection(), "projects/p/topics/in").at(pieces))
    assert found.counts == Counts(read=7, sent=5, put_aside=2)
    said = "\n".join(found.lines(rate=0.5, reading=2.0))
    assert "5 events would go to projects/p/topics/t" in said
    assert "of 2026-11-25T12:00:00Z to 2026-11-25T16:00:00Z" in said
    assert "at least 10 s" in said
    assert "f, line 9: is not JSON" in said
    assert len(found.examples) == 3
    assert "Durand" not in repr(found.examples) + said


def test_what_is_no_json_is_not_shown() -> None:
    found = DryRun("t")
    look = Look(Selection(), "projects/p/topics/in", as_it_is=True)
    found.look(look.at([entry(1, b"Durand, 1")]))
    assert found.examples[0]["data"] == "9 bytes that are no JSON object"
    assert "Durand" not in repr(found.examples)


def test_a_line_of_progress_names_only_what_there_is() -> None:
    counts = Counts(read=12, sent=10, left_out=1, put_aside=1)
    assert standing(counts, rate=1234.5, share=0.41, left=75) == (
        "10 sent, 1,234/s, 41% of the source read, 1 min 15 s left, 1 left out, 1 put aside"
    )
    assert standing(Counts(read=1, sent=1), rate=1, share=None, left=None) == "1 sent, 1/s"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (7_260, "2 h 1 min")]
)
def test_times_are_written_as_somebody_says_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_without_a_terminal_a_line_comes_every_ten_seconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = [0.0]
    begun = Checkpoint(replay_id="r", started=NOON, task=TASK, counts=Counts(read=50, sent=50))
    with Shown(begun, 1_000, clock=lambda: now[0]) as shown:
        for second in range(1, 26):
            now[0] = float(second)
            counts = Counts(read=50 + 10 * second, sent=50 + 10 * second)
            shown.came_to(begun.after(str(second), counts), 500 + 10 * second)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "churn: 150 sent, 10/s, 60% of the source read, 40 s left",
        "churn: 250 sent, 10/s, 70% of the source read, 30 s left",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        Asked([]),
        Asked(["a.jsonl"], as_of_then=True),
        Asked(["a.jsonl"], subscription="s"),
        Asked(["retained"]),
        Asked(["history"], at=NOON),
    ],
)
def test_a_source_that_makes_no_sense_is_refused(asked: Asked) -> None:
    with pytest.raises(BadInput):
        require_sense(asked)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (Asked(["a.jsonl", "gs://b/p*"]), "a.jsonl gs://b/p*"),
        (Asked(["history"], as_of_then=True), "history as of then"),
        (Asked(["retained"], at=NOON), "retained 2026-11-25T12:00:00Z"),
        (Asked(["./history"]), "./history"),
    ],
)
def test_a_source_has_the_same_name_each_time(asked: Asked, name: str) -> None:
    require_sense(asked)
    assert str(asked) == name
