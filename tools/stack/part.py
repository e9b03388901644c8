"""What all parts of a local stack share: a ``with`` block starts them and closes them."""

from abc import ABC, abstractmethod
from typing import Self


class Part(ABC):
    """Something that is started once, and closed once however its block ends."""

    @abstractmethod
    def start(self) -> None:
        """Start, and wait until it can be used.

        Raises:
            ServerFailed: it did not start; the text has the end of its log.
        """

    @abstractmethod
    def close(self) -> None:
        """Stop, and remove what is temporary."""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
