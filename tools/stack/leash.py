"""Run a command as a child that goes when its parent goes, even when the parent is killed.

``python leash.py --signal SIGNAL [--user NAME] -- COMMAND...``: the parent holds the writing end
of this process's standard input. When that closes, because the parent closed it or because the
kernel did after a SIGKILL, the child gets SIGNAL, and SIGKILL ten seconds later. Linux's
``PR_SET_PDEATHSIG`` would do the same for less, but it follows the *thread* that started the
child, needs code between fork and exec beside gRPC's threads, and exists on Linux only.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

GRACE_SECONDS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give back its exit code (negative: the signal that ended it)."""
    given = _parser().parse_args(arguments)
    child = subprocess.Popen(given.command, stdin=subprocess.DEVNULL, **_identity(given.user))
    stop = signal.Signals[given.signal]
    threading.Thread(target=_follow_parent, args=(child, stop), daemon=True).start()
    return child.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Run a command on a leash.")
    parser.add_argument("--signal", default="SIGTERM", help="what asks the command to stop")
    parser.add_argument("--user", help="run the command as this user")
    parser.add_argument("command", nargs="+")
    return parser


def _identity(user: str | None) -> dict[str, Any]:
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def _follow_parent(child: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """Wait until the parent closes our standard input, or dies; then end the child."""
    os.read(sys.stdin.fileno(), 1)  # not by sys.stdin, whose lock would crash our own end
    child.send_signal(stop)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main())
