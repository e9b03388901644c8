"""The README's example, run as a reader runs it: the stack, a worker, and the example itself."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.alerts import ChurnAlert, Risk
from tests.churn_command import CHURN, exported_settings
from tests.schema_validation import validator
from tools.stack.environment import isolated

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "publish_and_read.py"


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


@pytest.mark.functional
def test_the_readme_example_publishes_an_event_and_reads_its_alert(tmp_path: Path) -> None:
    with running("stack", environment=isolated({})) as stack:
        settings = isolated(exported_settings(stack))
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
