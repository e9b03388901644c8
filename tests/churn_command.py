"""The ``churn`` command as somebody types it: a process of its own."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.stack.environment import isolated

CHURN = Path(sys.executable).with_name("churn")
COMMAND_SECONDS = 90.0


def churn(
    *arguments: object,
    environment: Mapping[str, str],
    stdin: bytes = b"",
    seconds: float = COMMAND_SECONDS,
    folder: Path | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, with these settings and nobody else's, in at most so long.

    It works in ``folder``, where one is given.
    """
    done = subprocess.run(
        [CHURN, *map(str, arguments)],
        env=isolated(environment),
        input=stdin,
        capture_output=True,
        timeout=seconds,
        check=False,
        cwd=folder,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@contextmanager
def churn_running(
    *arguments: object, environment: Mapping[str, str]
) -> "Iterator[subprocess.Popen[str]]":
    """Run a command in the background; it is killed at the block's end if it is still there."""
    with subprocess.Popen(
        [CHURN, *map(str, arguments)],
        env=isolated(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def exported_settings(stack: "subprocess.Popen[str]") -> dict[str, str]:
    """Read what ``churn stack`` exports, up to the line that says that all is ready."""
    assert stack.stdout is not None
    exported: dict[str, str] = {}
    for line in stack.stdout:
        if line == "ready\n":
            return exported
        export, setting = shlex.split(line)
        assert export == "export"
        name, _, exported[name] = setting.partition("=")
    raise AssertionError("the stack ended before it was ready")


def json_lines(text: str) -> list[Any]:
    """Read one JSON value a line."""
    return [json.loads(line) for line in text.splitlines()]
