"""A replay that is killed anywhere, and goes on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.errors import ChurnError, DependencyDown, PubSubDown
from consumer.message import Message
from tools.replay.batch import in_batches
from tools.replay.checkpoint import Checkpoint, Counts, Task
from tools.replay.look import Look
from tools.replay.selection import Selected, Selection
from tools.replay.sending import Sending
from tools.replay.source import Entry, Rejected
from tools.replay.target import Refused

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TASK = Task(source="list", target="list", selection={})


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Numbers:
    """A source of so many messages; every tenth piece is none."""

    count: int
    name = "numbers"
    confirmed: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.count

    def entries(self, after: str | None = None) -> Iterator[Entry | Rejected]:
        for number in range(0 if after is None else int(after) + 1, self.count):
            if number % 10 == 9:
                yield Rejected(f"number {number} is none", b"", str(number), number)
            else:
                data = b'{"id_client": %d}' % number
                yield Entry(Message(f"m-{number}", data, {}, NOW), str(number), number)

    def confirm(self, entries: Sequence[Entry]) -> None:
        self.confirmed += [entry.message.message_id for entry in entries]


@dataclass
class Recorder:
    """A target that keeps what it was sent, and refuses what it was told to refuse."""

    refuses: frozenset[str] = frozenset()
    outage: list[ChurnError] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    batch: Sequence[Selected] = ()

    def send(self, batch: Sequence[Selected]) -> None:
        self.batch = batch
        self.sent += [each.entry.message.message_id for each in batch]

    def confirm(self) -> Sequence[Refused]:
        if self.outage:
            raise self.outage.pop()
        return [
            Refused(each, "too large")
            for each in self.batch
            if each.entry.message.message_id in self.refuses
        ]


@dataclass
class Disk:
    """What outlives the process."""

    checkpoint: Checkpoint = field(
        default_factory=lambda: Checkpoint(replay_id="r", started=NOW, task=TASK)
    )
    aside: list[str] = field(default_factory=list)

    def save(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint

    def set_aside(self, pieces: Iterable[Rejected]) -> None:
        self.aside += [piece.problem for piece in pieces]


@dataclass
class Silence:
    """Watches, and says nothing."""

    waited: list[float] = field(default_factory=list)

    def came_to(self, checkpoint: Checkpoint, read: int) -> None:
        pass

    def waits(self, error: DependencyDown, seconds: float) -> None:
        assert str(error) == "away"
        self.waited.append(seconds)


def run(
    source: Numbers,
    target: Recorder,
    disk: Disk,
    *,
    check: Callable[[], object] = lambda: None,
    report: Silence | None = None,
) -> Checkpoint:
    begun = disk.checkpoint
    sending = Sending(
        source,
        target,
        set_aside=disk.set_aside,
        save=disk.save,
        report=report or Silence(),
        back_off=lambda: iter([0.1, 0.2, 0.4]),
        sleep=lambda _: None,
    )
    look = Look(Selection(), "projects/p/topics/t")
    looked = look.at(source.entries(begun.cursor), before=begun.counts.sent, check=check)
    return sending.run(in_batches(looked, most=7, clock=lambda: 0.0), begun)


def test_everything_is_sent_once_confirmed_and_counted() -> None:
    source, target, disk = Numbers(50), Recorder(), Disk()
    finished = run(source, target, disk)
    assert target.sent == source.confirmed
    assert len(target.sent) == 45
    assert finished.counts == Counts(read=50, sent=45, put_aside=5)
    assert finished.is_finished
    assert disk.checkpoint == finished
    assert len(disk.aside) == 5


@given(kills=st.lists(st.integers(0, 40), max_size=6))
def test_killed_anywhere_it_misses_nothing_and_repeats_one_batch_at_the_most(
    kills: list[int],
) -> None:
    source, target, disk = Numbers(60), Recorder(), Disk()
    for after in kills:
        left = iter(range(after))

        def check(left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Killed

        try:
            run(source, target, disk, check=check)
        except Killed:
            continue
        disk.checkpoint = disk.checkpoint.model_copy(update={"is_finished": False})
    run(source, target, disk)
    assert set(target.sent) == {f"m-{n}" for n in range(60) if n % 10 != 9}
    assert len(target.sent) - len(set(target.sent)) <= 7 * len(kills)
    assert disk.checkpoint.counts == Counts(read=60, sent=54, put_aside=6)


def test_ctrl_c_waits_for_what_is_under_way_and_keeps_it() -> None:
    source, target, disk = Numbers(50), Recorder(), Disk()
    pieces = iter(range(20))

    def check() -> None:
        if next(pieces, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(source, target, disk, check=check)
    assert disk.checkpoint.counts.sent == len(target.sent) == len(source.confirmed)
    run(source, target, disk)
    assert len(target.sent) == len(set(target.sent)) == 45


def test_an_outage_is_waited_for_and_told() -> None:
    source, report = Numbers(5), Silence()
    target = Recorder(outage=[PubSubDown("away"), PubSubDown("away")])
    assert run(source, target, Disk(), report=report).counts.sent == 5
    assert report.waited == [0.1, 0.2]
    assert len(target.sent) == 5


def test_ctrl_c_in_an_outage_does_not_wait_for_its_end() -> None:
    class Interrupted(Silence):
        def waits(self, error: DependencyDown, seconds: float) -> None:
            super().waits(error, seconds)
            raise KeyboardInterrupt

    target = Recorder(outage=[PubSubDown("away")] * 3)
    disk = Disk()
    with pytest.raises((KeyboardInterrupt, PubSubDown)):
        run(Numbers(5), target, disk, report=Interrupted())
    assert disk.checkpoint.counts.sent == 0


def test_what_the_target_refuses_is_put_aside_with_its_reason_and_stays_in_the_source() -> None:
    source, target, disk = Numbers(5), Recorder(refuses=frozenset({"m-3"})), Disk()
    counts = run(source, target, disk).counts
    assert counts == Counts(read=5, sent=4, put_aside=1)
    assert disk.aside == ["message m-3: too large"]
    assert "m-3" not in source.confirmed


def test_a_batch_closes_when_it_has_been_open_for_a_second() -> None:
    times = iter([0.0, 0.5, 1.0, 1.0, 1.9, 2.5, 2.5])
    look = Look(Selection(), "projects/p/topics/t")
    looked = look.at(Numbers(4).entries())
    sizes = [batch.size for batch in in_batches(looked, most=100, clock=lambda: next(times))]
    assert sizes == [2, 2]
