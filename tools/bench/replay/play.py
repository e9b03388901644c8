"""Each way of sending, or comparing, the same events once."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from tools.bench.replay.figures import GOOGLE, OURS, REPLAY, WHAT_IF
from tools.bench.world import World
from tools.errors import BadInput
from tools.sample.events import SampleEvent
from tools.stack.environment import isolated

LIMIT_SECONDS: Final = 600
SUBJECTS: Final = (GOOGLE, OURS, REPLAY, WHAT_IF)


class CommandFailed(BadInput):
    """A command that is measured ended with an error."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A file of events, how many they are, and the servers."""

    file: Path
    events: int
    topic: str
    """Where they are sent; nobody listens there."""
    model: str
    """The candidate of the comparison."""
    world: World

    def speed(self, subject: str) -> tuple[str, float]:
        """Let one of them work through the file; gives its name, and events a second.

        Raises:
            CommandFailed: it ended with an error; the text is its own.
            KeyboardInterrupt: Ctrl-C or SIGTERM came.
        """
        self.world.ending.check()
        done = subprocess.run(
            [sys.executable, "-m", *self._arguments(subject)],
            env=isolated(self.world.environment),
            cwd=self.file.parent,
            capture_output=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        self.world.ending.check()
        if done.returncode:
            raise CommandFailed(f"{subject} failed: {done.stderr.decode().strip()}")
        report: dict[str, Any] = orjson.loads(done.stdout)
        return subject, self.events / report["seconds"]

    def _arguments(self, subject: str) -> tuple[str, ...]:
        file = str(self.file)
        bare = "tools.bench.replay.bare"
        return {
            GOOGLE: (bare, "google", file, self.topic),
            OURS: (bare, "ours", file, self.topic),
            REPLAY: ("tools", "replay", file, "--to", self.topic, "--publish", "--json"),
            WHAT_IF: ("tools", "what-if", file, "--candidate", self.model, "--json"),
        }[subject]


def line_of(event: SampleEvent) -> bytes:
    """Write a sample event as a line of a file, with its line end."""
    message = event.message
    document = {"attributes": dict(message.attributes), "data": orjson.loads(message.data)}
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
