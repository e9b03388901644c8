"""What somebody reads where no server answers, or Google gives out no credentials."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from google.cloud.pubsub_v1 import SubscriberClient

from consumer.errors import PubSubDown
from consumer.subscriber.subscription import describe
from tests.churn_command import churn
from tests.functional.bank import Bank
from tests.pubsub_fixtures import embedded_only
from tests.worker_process import run_to_its_end
from tools.stack.ports import free_port

pytestmark = pytest.mark.functional

NO_CREDENTIALS = {
    "CHURN_PUBSUB__PROJECT": "bank-prod",
    "GOOGLE_APPLICATION_CREDENTIALS": "/nowhere/key.json",
}


def only_line(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run a command that cannot do what it is asked; give what it says of it."""
    done = churn(*arguments, environment=environment)
    assert done.returncode == 1, done.stderr
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    "arguments",
    [
        ["watch"],
        ["publish", "--sample", "1"],
        ["publish", "--sample", "1", "--topic", "customer-updates"],
    ],
    ids=" ".join,
)
def test_without_credentials_a_command_says_how_to_get_them(arguments: Sequence[str]) -> None:
    line = only_line(arguments, NO_CREDENTIALS)
    assert "no usable Google credentials" in line
    assert "gcloud auth application-default login" in line


@embedded_only
def test_without_credentials_the_worker_says_how_to_get_them(bank: Bank) -> None:
    in_production = {**bank.environment, **NO_CREDENTIALS}
    del in_production["PUBSUB_EMULATOR_HOST"]
    code, output = run_to_its_end(in_production)
    assert code == 1
    assert "Traceback" not in output
    assert "no usable Google credentials" in output


def test_a_pubsub_server_that_is_not_there_is_given_up_in_the_time_that_was_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", f"127.0.0.1:{free_port()}")
    with SubscriberClient() as client, pytest.raises(PubSubDown, match=r"Timeout of 0\.2s"):
        describe(client, "projects/p/subscriptions/s", seconds=0.2)


@pytest.mark.long
@pytest.mark.parametrize(
    "arguments",
    [["watch"], ["watch", "--from-topic"], ["publish", "--sample", "1"]],
    ids=" ".join,
)
def test_a_command_gives_up_on_a_pubsub_server_that_is_not_there(arguments: Sequence[str]) -> None:
    here = {"CHURN_PUBSUB__PROJECT": "p", "PUBSUB_EMULATOR_HOST": f"127.0.0.1:{free_port()}"}
    line = only_line(arguments, here)
    assert "Pub/Sub is not available" in line
    assert "Timeout of 10.0s" in line


def test_a_stack_on_a_pubsub_server_that_is_not_there_says_so_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    address = f"127.0.0.1:{free_port()}"
    line = only_line(["stack", "--pubsub", address], {"TMPDIR": str(tmp_path)})
    assert line.startswith(f"churn: no Pub/Sub server answers at {address}")
    assert list(tmp_path.iterdir()) == []
