"""``python -m consumer``: run the worker; ``doctor``: check its world; ``migrate``: its tables."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from consumer.errors import ChurnError, DependencyDown
from consumer.logs import configure_logging
from consumer.settings import LogSettings, Settings, load_settings
from consumer.settings.permissions import find_exposed
from consumer.stopping import StopSignal, stop_on_signals

log = structlog.get_logger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for; 0 when it ended as asked, 1 when it could not."""
    asked = _parser().parse_args(arguments)
    configure_logging(LogSettings(), sys.stderr)  # until the settings say otherwise
    return exit_code(lambda: _do(asked))


def exit_code(work: Callable[[], int]) -> int:
    """Do the work; 1, and one line on standard error, where it raises."""
    try:
        return work()
    except ChurnError as error:
        log.debug("traceback", exc_info=True)
        print(f"churn: {error}", file=sys.stderr)  # noqa: T201 - the one line for the operator
        return 1
    except Exception:  # a defect: its traceback is one entry of the log, not one a line
        log.critical("defect", exc_info=True)
        return 1


def _do(asked: argparse.Namespace) -> int:
    settings = load_settings(asked.config)
    configure_logging(
        settings.log, sys.stderr, project=settings.pubsub.project, secrets=settings.secrets
    )
    if asked.command == "migrate":
        return _migrate(settings, only_check=asked.check)
    return (_doctor if asked.command == "doctor" else _run)(settings, asked.config)


def _run(settings: Settings, config: Path | None) -> int:
    stop = StopSignal(drain_seconds=settings.pubsub.drain_seconds, clock=time.monotonic)
    stop_on_signals(stop)
    if exposed := find_exposed(config):
        log.warning("password_exposed", reason=exposed.detail, mend=exposed.mend)
    # Imported only now: it takes seconds, in which a signal must not be lost, and wrong settings
    # are told at once.
    from consumer.run import run_worker  # noqa: PLC0415

    try:
        run_worker(settings, stop)
    except DependencyDown as error:
        if not stop.requested:
            raise
        # It held nothing yet, and nobody wants it to start any more.
        log.warning("stopped_at_start", reason=str(error))
    return 0


def _doctor(settings: Settings, config: Path | None) -> int:
    from consumer.doctor import main_report  # noqa: PLC0415 - as above

    return main_report(settings, config)


def _migrate(settings: Settings, *, only_check: bool) -> int:
    from consumer.history.command import bring_up_to_date  # noqa: PLC0415 - as above

    report = bring_up_to_date(settings, only_check=only_check)
    print(report)  # noqa: T201 - this is the command's output
    return 0 if report.is_current else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m consumer",
        description="Receives customer updates from Pub/Sub and publishes churn alerts.",
        epilog="Example: python -m consumer --config /etc/churn/config.yml",
    )
    parser.add_argument("command", nargs="?", choices=("run", "doctor", "migrate"), default="run")
    parser.add_argument("--check", action="store_true", help="migrate: only say what is missing")
    parser.add_argument("--config", type=Path, help="settings file (default: ./config.yml)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
