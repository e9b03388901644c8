"""A thread of its own that works batches off, one after the other."""

import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

Batch = TypeVar("Batch")


class Line(ABC, Generic[Batch]):
    """Works batches off in the order in which they were put; after a failure, gives them back."""

    def __init__(self, name: str, *, most_waiting: int, when_failed: Callable[[], None]) -> None:
        """Make the thread.

        Args:
            name: of the thread.
            most_waiting: how many batches may wait before whoever puts one waits too.
            when_failed: is told at once; :meth:`raise_failure` says what it was.
        """
        self._when_failed = when_failed
        self._waiting: queue.Queue[Batch | None] = queue.Queue(most_waiting)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def work(self, batch: Batch) -> None:
        """Do what is to be done with a batch; in the line's own thread."""

    @abstractmethod
    def give_back(self, batch: Batch) -> None:
        """Give back whatever of the batch has no verdict."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, batch: Batch) -> None:
        """Hand a batch over; waits while too many are waiting."""
        self._waiting.put(batch)

    def close(self) -> None:
        """Work off what was handed over, then end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def raise_failure(self) -> None:
        """Raise, in the caller's thread, what made this thread fail."""
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while (batch := self._waiting.get()) is not None:
            if self._failure is None:
                self._try(batch)
            else:
                self.give_back(batch)

    def _try(self, batch: Batch) -> None:
        try:
            self.work(batch)
        except BaseException as error:  # noqa: BLE001 - raised again in the worker's own thread
            self._failure = error
            self.give_back(batch)
            self._when_failed()
