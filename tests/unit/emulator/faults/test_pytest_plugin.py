"""The plugin in the tests of another project."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]

TESTS = """
import os

import pytest
from google.api_core.exceptions import Aborted
from google.cloud.pubsub_v1 import PublisherClient

projects = []


@pytest.fixture
def publisher(pubsub_emulator):
    client = PublisherClient()
    yield client
    client.transport.close()


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_project_of_its_own_on_one_server(pubsub_emulator, publisher, turn):
    assert os.environ["PUBSUB_EMULATOR_HOST"] == pubsub_emulator.address
    publisher.create_topic(name=f"projects/{pubsub_emulator.project}/topics/updates")
    projects.append(pubsub_emulator)
    assert len({each.project for each in projects}) == turn
    assert len({each.address for each in projects}) == 1


def test_a_fault_strikes(pubsub_emulator, pubsub_faults, publisher):
    fault = pubsub_faults.fail("ListTopics", "ABORTED")
    with pytest.raises(Aborted):
        publisher.list_topics(project=f"projects/{pubsub_emulator.project}", retry=None)
    assert fault.injected == 1


def test_a_fault_has_ended_with_its_test(pubsub_emulator, publisher):
    assert list(publisher.list_topics(project=f"projects/{pubsub_emulator.project}")) == []


def test_the_environment_is_as_before():
    assert os.environ["PUBSUB_EMULATOR_HOST"] == "from before"
"""


def test_its_fixtures_serve_and_misbehave(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tools.emulator.pytest_plugin"]\n')
    (tmp_path / "test_mine.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PUBSUB_EMULATOR_HOST": "from before"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout
