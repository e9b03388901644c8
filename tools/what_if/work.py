"""What a process does that judges chunks: it opens models and database once, and goes on."""

import os
import sys
import threading
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import wait

from consumer.database import open_database
from consumer.garbage import leave_alone_what_stays
from consumer.logs import configure_logging
from consumer.model import LoadedModel, load_model
from consumer.profiles import SqlProfiles
from consumer.settings import Settings
from tools.what_if.chunks import Chunk
from tools.what_if.counting import Thresholds
from tools.what_if.customers import RememberedProfiles
from tools.what_if.judge import Judge
from tools.what_if.tally import Tally


@dataclass(frozen=True, slots=True)
class StoredModel:
    """Where a model lies, and the digest that it had when the command began."""

    uri: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a process is told when it begins."""

    settings: Settings
    current: StoredModel
    candidate: StoredModel
    thresholds: Thresholds

    def judge(self) -> Judge:
        """Load both models; the database is opened when a message needs it.

        Raises:
            ChurnError: a model is no longer there, or another one is.
        """
        return Judge(
            self._load(self.current),
            self._load(self.candidate),
            self.thresholds,
            RememberedProfiles(self._open_profiles),
        )

    def _load(self, stored: StoredModel) -> LoadedModel:
        allowed = self.settings.model.allowed_globals
        return load_model(stored.uri, sha256=stored.sha256, allowed_globals=allowed)

    def _open_profiles(self) -> SqlProfiles:
        # It is open until the process ends.
        return SqlProfiles(open_database(self.settings.postgresql, self.settings.cloudsql).engine)


_here: list[Judge] = []
"""The judge of this process."""


def begin(work: Work) -> None:
    """Prepare this process; only errors are logged, for the command has said the rest."""
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    log = work.settings.log.model_copy(update={"level": "ERROR"})
    configure_logging(log, sys.stderr, secrets=work.settings.secrets)
    _here.append(work.judge())
    leave_alone_what_stays()


def judge(chunk: Chunk) -> Tally:
    """Judge a chunk in this process."""
    return _here[0].judge(chunk)


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
