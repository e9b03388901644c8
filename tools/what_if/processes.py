"""Processes that judge chunks, as many as there are cores; they end with the block, or with us."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self, TypeVar

from consumer.errors import ChurnError, Disposition
from tools.what_if.chunks import Chunk
from tools.what_if.tally import Tally
from tools.what_if.work import Work, begin, judge

T = TypeVar("T")

LOOK_SECONDS: Final = 0.1
WAITING: Final = 2
"""Chunks for each process: the one that it works on, and the next, so that it need not wait."""


class ProcessEnded(ChurnError):
    """One of the processes is gone; the text says what may have ended it."""

    disposition = Disposition.STOP


class Processes:
    """A context manager; when its block is left by an error, what they work on is given up."""

    def __init__(self, count: int, work: Work, *, check: Callable[[], object]) -> None:
        """Make processes; they start when they are needed.

        Args:
            count: how many.
            work: what each is told.
            check: raises where somebody asked to stop; is called while one waits for them.
        """
        # Spawned: a copy made by fork would have the locks of other libraries, but not the threads
        # that release them.
        context = multiprocessing.get_context("spawn")
        self._earlier = set(multiprocessing.active_children())
        self._check = check
        self._count = count
        self._most = WAITING * count
        self._pool = ProcessPoolExecutor(count, context, initializer=begin, initargs=(work,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - self._earlier:
                process.terminate()
        self._pool.shutdown()

    def wait_ready(self) -> None:
        """Start the processes, and wait until they can judge.

        Raises:
            ProcessEnded: one has ended.
            ChurnError: a model is no longer there, or another one is.
        """
        with _ended_told():
            with _deaf_to_ctrl_c():
                ready = {self._pool.submit(os.getpid) for _ in range(self._count)}
            while ready:
                done, ready = self._some_done(ready)
                for each in done:
                    each.result()

    def tallies(self, chunks: Iterable[Chunk]) -> Iterator[Tally]:
        """Give the tally of each chunk, in any order; few chunks are in memory at a time.

        Raises:
            ProcessEnded: a process did not come to the end of a chunk.
            ChurnError: as :meth:`tools.what_if.judge.Judge.judge`.
        """
        with _ended_told():
            yield from self._tallies(chunks)

    def _tallies(self, chunks: Iterable[Chunk]) -> Iterator[Tally]:
        at_work: set[Future[Tally]] = set()
        for chunk in chunks:
            with _deaf_to_ctrl_c():
                at_work.add(self._pool.submit(judge, chunk))
            if len(at_work) >= self._most:
                done, at_work = self._some_done(at_work)
                yield from (each.result() for each in done)
        while at_work:
            done, at_work = self._some_done(at_work)
            yield from (each.result() for each in done)

    def _some_done(self, at_work: set[Future[T]]) -> tuple[set[Future[T]], set[Future[T]]]:
        """Wait until one of them is done; give those that are, and the others."""
        while True:
            self._check()
            done, others = wait(at_work, LOOK_SECONDS, return_when=FIRST_COMPLETED)
            if done:
                return done, others


@contextmanager
def _ended_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise ProcessEnded(
            "a process that scores has ended before its time, maybe for want of memory: try "
            "again with --processes 1"
        ) from error


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Start processes that leave Ctrl-C to us, who get it when the block is left.

    A terminal sends it to all of them, and they inherit what is blocked ("pthread_sigmask", POSIX).
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
