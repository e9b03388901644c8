"""`churn bench soak`: a backlog in ten parts, and what is aimed at."""

import json
import signal
from typing import Any

import pytest

from tests.child_processes import children_at_work, require_end_by_signal
from tests.churn_command import churn
from tools.bench.process_usage import ProcessUsage
from tools.bench.settled import WrongResult
from tools.bench.soak.figures import NAMES, WHOLE, figures
from tools.bench.soak.play import Run, require_the_job
from tools.bench.soak.tenths import Tenth, tenths
from tools.bench.watch import BacklogWatch
from tools.cli import main
from tools.emulator.server import Backlog

SOAK_SECONDS = 600.0


class SteadyWorker:
    """A worker that acknowledges so many events a second at half a core, and grows with each."""

    def __init__(self, events: int, *, a_second: int) -> None:
        self.now = 0
        self._events, self._a_second = events, a_second

    @property
    def done(self) -> int:
        """How many it has acknowledged."""
        return min(self._events, self.now * self._a_second)

    def pause(self) -> None:
        """Let a second go by."""
        self.now += 1

    def usage(self) -> ProcessUsage:
        """What it has used by now."""
        return ProcessUsage(self.now / 2, peak_bytes=0, resident_bytes=1_000 + self.done)

    def tenths(self) -> list[Tenth]:
        """Watch it."""
        watch = BacklogWatch(
            self._events,
            backlog=lambda: Backlog(self._events - self.done, 0),
            pause=self.pause,
            clock=lambda: self.now,
        )
        return list(tenths(watch, self.usage))


def run(rates: list[int], megabytes: list[int]) -> Run:
    parts = [
        Tenth(rate, seconds=1, cpu_seconds=0.5, resident_bytes=resident * 1_000_000)
        for rate, resident in zip(rates, megabytes, strict=True)
    ]
    return Run(parts, peak_bytes=450_000_000)


def verdicts(of: Run) -> dict[tuple[str, str], bool]:
    found = {(one.quantity.key, one.subject): one.passed for one in figures(of)}
    return {pair: passed for pair, passed in found.items() if passed is not None}


def test_a_backlog_is_watched_in_ten_parts_from_its_first_delivery() -> None:
    found = SteadyWorker(1_000, a_second=50).tenths()

    assert [tenth.events for tenth in found] == [50, *[100] * 9]
    assert {tenth.rate for tenth in found} == {50}
    assert {tenth.cpu_microseconds for tenth in found} == {10_000}
    assert [tenth.resident_bytes for tenth in found] == list(range(1_100, 2_001, 100))


def test_no_event_is_left_out_where_tenths_do_not_come_out_even() -> None:
    found = SteadyWorker(1_003, a_second=1).tenths()

    assert sum(tenth.events for tenth in found) == 1_002, "all but that of the first look"


def test_a_backlog_of_fewer_batches_than_tenths_has_empty_ones() -> None:
    found = SteadyWorker(100, a_second=60).tenths()

    assert sum(tenth.events for tenth in found) == 40
    assert figures(Run(found, peak_bytes=0))


def test_speed_and_memory_that_stay_what_they_are_meet_the_targets() -> None:
    steady = verdicts(run([1_000] * 10, [300] * 10))

    assert steady.pop(("peak", WHOLE)) is False, "450 MB"
    assert set(steady.values()) == {True}
    assert [name for quantity, name in steady if quantity == "memory"] == list(NAMES)


def test_the_first_tenth_may_be_slow_and_small() -> None:
    warming_up = verdicts(run([100, *[1_000] * 9], [100, *[300] * 9]))

    assert warming_up["memory_change", WHOLE] is True
    assert warming_up["speed_slowest", WHOLE] is True


@pytest.mark.parametrize("last", [284, 316])
def test_memory_that_grows_or_shrinks_misses_its_target(last: int) -> None:
    assert verdicts(run([1_000] * 10, [*[300] * 9, last]))["memory_change", WHOLE] is False


def test_a_worker_that_slows_down_misses_the_trend_and_one_slow_tenth_does_not() -> None:
    slowing = verdicts(run([*[1_000] * 5, *[840] * 5], [300] * 10))
    interrupted = verdicts(run([*[1_000] * 7, 710, 1_000, 1_000], [300] * 10))
    standing = verdicts(run([*[1_000] * 7, 690, 1_000, 1_000], [300] * 10))

    assert slowing["speed_trend", WHOLE] is False
    assert interrupted["speed_trend", WHOLE] is interrupted["speed_slowest", WHOLE] is True
    assert (standing["speed_trend", WHOLE], standing["speed_slowest", WHOLE]) == (True, False)


def test_a_worker_that_publishes_what_it_does_not_count_is_no_result() -> None:
    require_the_job(3, alerts=3, letters=0)
    with pytest.raises(WrongResult, match="2 alerts and 0 dead letters, and counts 3 alerts"):
        require_the_job(3, alerts=2, letters=0)
    with pytest.raises(WrongResult, match="3 alerts and 1 dead letters"):
        require_the_job(3, alerts=3, letters=1)


def test_a_backlog_of_fewer_events_than_tenths_is_wrong_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "soak", "--events", "9"])
    assert ended.value.code == 2
    assert "greater than or equal to 10" in " ".join(capsys.readouterr().err.split())


def test_its_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "soak", "--help"])
    assert ended.value.code == 0
    assert "Example: churn bench soak --events 200000" in capsys.readouterr().out


@pytest.mark.long
def test_a_missed_target_is_a_failure_with_check() -> None:
    done = churn("bench", "soak", "--events", "10", "--check", environment={})

    assert done.returncode == 1
    assert done.stderr.startswith("churn: missed its target: ")
    assert "tenth 10" in done.stdout


@pytest.mark.long
def test_memory_stays_what_it_is_over_200_000_events_that_all_add_up() -> None:
    done = churn(
        "bench", "soak", "--events", "200000", "--json", environment={}, seconds=SOAK_SECONDS
    )

    assert (done.returncode, done.stderr) == (0, "")
    document: Any = json.loads(done.stdout)
    memory = [one for one in document["figures"] if one["unit"] == "MB"]
    [change] = [one for one in document["figures"] if one["quantity"] == "memory_change"]
    assert [one["subject"] for one in memory] == [*NAMES, WHOLE]
    assert [one for one in [*memory, change] if not one["passed"]] == []


@pytest.mark.long
def test_a_signal_ends_it_and_the_worker_at_work() -> None:
    require_end_by_signal(
        ["bench", "soak", "--events", "50000"],
        signal.SIGTERM,
        lambda bench: children_at_work(bench, "consumer"),
    )
