"""The README's example, run as a reader runs it: the stack, a worker, and the example itself."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.alerts import ChurnAlert, Risk
from tests.schema_validation import validator

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "publish_and_read.py"
CHURN = Path(sys.executable).with_name("churn")


@contextmanager
def running(*command: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a command in the background; it must end well when it is told to."""
    with subprocess.Popen(
        [CHURN, *command], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
    assert process.returncode == 0, f"churn {' '.join(command)} ended with {process.returncode}"


def exported_settings(stack: subprocess.Popen[str]) -> dict[str, str]:
    """What `churn stack` prints before it is ready, as a reader would paste it."""
    assert stack.stdout is not None
    lines = list(iter(stack.stdout.readline, "ready\n"))
    words = [shlex.split(line) for line in lines]
    return dict(word.split("=", 1) for export, word in words if export == "export")


def without_settings() -> dict[str, str]:
    names = ("CHURN_", "PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST", "GOOGLE_CLOUD_PROJECT")
    return {name: value for name, value in os.environ.items() if not name.startswith(names)}


@pytest.mark.functional
def test_the_readme_example_publishes_an_event_and_reads_its_alert(tmp_path: Path) -> None:
    bare = without_settings()
    with running("stack", environment=bare) as stack:
        settings = bare | exported_settings(stack)
        with running("run", environment=settings):
            example = subprocess.run(
                [sys.executable, EXAMPLE],
                env=settings,
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=90,
                check=False,
            )
    assert example.returncode == 0, example.stderr
    document = json.loads(example.stdout)
    assert validator("churn_alert").is_valid(document)
    alert = ChurnAlert.decode(example.stdout.encode())
    assert alert.id_client == 15634602
    assert alert.risk in Risk
    assert alert.event_source == "crm/example"
