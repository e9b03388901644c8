"""Workers that are started again whenever they end, as Kubernetes does, and why they ended."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from tests.worker_process import STOP_SECONDS, WorkerProcess
from tools.stack.ports import free_port


class Asked(Enum):
    """What a worker was asked to do."""

    WORK = auto()
    STOP = auto()
    STOP_EARLY = auto()
    """Asked before it could hear: SIGTERM just ended it."""
    DIE = auto()


EXIT_CODES = {Asked.STOP: 0, Asked.STOP_EARLY: -15, Asked.DIE: -9}


@dataclass(frozen=True, slots=True)
class End:
    """How one worker ended."""

    asked: Asked
    code: int
    began_at: float
    ended_at: float
    last_line: str

    @property
    def is_as_asked(self) -> bool:
        """Whether it did what it was told; SIGKILL may strike one that is stopping."""
        return self.code == EXIT_CODES.get(self.asked)


@dataclass
class Member:
    """One running worker."""

    process: WorkerProcess
    began_at: float
    asked: Asked = Asked.WORK
    asked_at: float = 0.0
    ended_at: float = 0.0
    """Zero while it runs."""


class Crew:
    """So many places, in each a worker; call :meth:`look` often."""

    def __init__(self, environment: Mapping[str, str], directory: Path, places: int) -> None:
        self._environment = environment
        self._directory = directory
        self._started = 0
        self.ends: list[End] = []
        self.peak_memory = 0
        self.members: list[Member] = [self._start() for _ in range(places)]

    @property
    def started(self) -> int:
        """How many workers were started."""
        return self._started

    @property
    def last_end_at(self) -> float:
        """When a worker ended last, in monotonic seconds; 0 where none has."""
        return max((each.ended_at for each in self.ends), default=0.0)

    def wait_ready(self) -> None:
        """Wait until every worker is ready for the first time."""
        for member in self.members:
            member.process.wait_ready()

    def look(self) -> None:
        """Take down what has ended, and start another in its place."""
        for place, member in enumerate(self.members):
            if member.ended_at:
                self.members[place] = self._start()
            elif member.process.exit_code is not None:
                self._ended(member)
            else:
                self._measure(member)
                self._require_its_end(member)

    def kill(self, place: int) -> bool:
        """Send SIGKILL; gives whether there was one to kill."""
        member = self.members[place]
        if member.process.exit_code is not None:
            return False
        self._measure(member)
        member.asked = Asked.DIE
        member.process.kill()
        self._ended(member)
        return True

    def terminate(self, place: int) -> bool:
        """Send SIGTERM, and do not wait; gives whether there was one to stop."""
        member = self.members[place]
        if member.process.exit_code is not None or member.asked is not Asked.WORK:
            return False
        member.asked = Asked.STOP if member.process.catches_sigterm else Asked.STOP_EARLY
        member.asked_at = time.monotonic()
        member.process.terminate()
        return True

    def is_idle(self) -> bool:
        """Whether every worker is ready and holds nothing."""
        return all(
            not member.ended_at
            and member.process.is_ready()
            and member.process.health()["state"] == "idle"
            for member in self.members
        )

    def stop(self) -> None:
        """Stop everybody, as asked, and start nobody again."""
        for place in range(len(self.members)):
            self.terminate(place)
        for member in self.members:
            if not member.ended_at:
                member.process.wait()
                self._ended(member)

    def close(self) -> None:
        """Leave nobody behind."""
        for member in self.members:
            if member.process.exit_code is None:
                member.process.kill()

    def _start(self) -> Member:
        log = self._directory / f"worker-{self._started}.log"
        self._started += 1
        environment = {**self._environment, "CHURN_API__PORT": str(free_port())}
        return Member(WorkerProcess(environment, log), time.monotonic())

    def _measure(self, member: Member) -> None:
        self.peak_memory = max(self.peak_memory, member.process.peak_memory)

    def _require_its_end(self, member: Member) -> None:
        stopping = member.asked in (Asked.STOP, Asked.STOP_EARLY)
        late = stopping and time.monotonic() - member.asked_at > STOP_SECONDS
        assert not late, f"a worker did not end after SIGTERM:\n{member.process.log}"

    def _ended(self, member: Member) -> None:
        member.ended_at = time.monotonic()
        code, log = member.process.exit_code, member.process.log
        assert code is not None
        self.ends.append(
            End(
                asked=member.asked,
                code=code,
                began_at=member.began_at,
                ended_at=member.ended_at,
                last_line=next(reversed(log.splitlines()), ""),
            )
        )


def unexplained(ends: Sequence[End]) -> list[str]:
    """Name the workers that ended in another way than they were asked to."""
    return [
        f"a worker that was asked to {end.asked.name.lower()} ended with {end.code} after "
        f"{end.ended_at - end.began_at:.1f} s: {end.last_line}"
        for end in ends
        if not end.is_as_asked
    ]
