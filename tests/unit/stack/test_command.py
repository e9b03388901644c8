"""`churn stack` as a process of its own."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client

from consumer.database import open_database
from consumer.profiles import SqlProfiles
from consumer.settings import Settings, load_settings
from tests.churn_command import CHURN, exported_settings
from tests.wait import wait_until
from tools.sample import CUSTOMER_CSV
from tools.tables_csv import read_customers


@dataclass(frozen=True)
class Running:
    """The process, and the settings that it printed."""

    process: subprocess.Popen[str]
    environment: Mapping[str, str]

    def servers(self) -> list[psutil.Process]:
        """Give the processes that it started, directly or not."""
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def running(temporary: Path, *options: str) -> Iterator[Running]:
    """Run the command until the block ends, with all its temporary files in one place."""
    command = [str(CHURN), "stack", *options]
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(temporary)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Running(process, exported_settings(process))
        finally:
            process.kill()


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)
def test_a_signal_stops_everything_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    with running(tmp_path, "--no-sample") as stack:
        servers = stack.servers()
        assert len(servers) >= 3

        stack.process.send_signal(number)

        assert stack.process.wait(30) == 0
        assert not any(server.is_running() for server in servers)
        assert list(tmp_path.iterdir()) == []


def test_no_server_outlives_a_stack_that_is_killed(tmp_path: Path) -> None:
    with running(tmp_path, "--no-sample") as stack:
        servers = stack.servers()

        stack.process.kill()

        wait_until(lambda: all(map(is_gone, servers)), timeout=30, what="the end of all servers")


@pytest.mark.parametrize("command", ["stack", "demo"])
def test_ctrl_c_while_the_database_is_made_ends_in_one_line(command: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [CHURN, command],
        env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        wait_until(lambda: "initdb" in names_of_children(process.pid), timeout=30, what="initdb")

        os.killpg(process.pid, signal.SIGINT)  # as a terminal does

        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors in ("", "churn: interrupted; everything is stopped\n")
    assert list(tmp_path.iterdir()) == []


def names_of_children(pid: int) -> set[str]:
    """Give the names of the programs that a process started, directly or not."""
    names = set()
    for child in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            names.add(child.name())
    return names


def is_gone(process: psutil.Process) -> bool:
    """Whether a process ended; who reaps it, and when, is not our business."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.functional
def test_the_sample_is_in_the_database_and_its_model_in_the_bucket(tmp_path: Path) -> None:
    with running(tmp_path) as stack:
        settings = load_settings(environ=stack.environment)
        known = next(read_customers(CUSTOMER_CSV)).id_client

        with open_database(settings.postgresql, settings.cloudsql) as database:
            assert set(SqlProfiles(database.engine).lookup([known])) == {known}
        assert model_names(stack.environment, settings) == ["P", "P.manifest.json"]


def model_names(environment: Mapping[str, str], settings: Settings) -> list[str]:
    """List the files of the model, with P for the pickle."""
    location = settings.model_location
    if not location.startswith("gs://"):
        directory = Path(location).parent
        return sorted(path.name.replace(Path(location).name, "P") for path in directory.iterdir())
    client = Client(
        project="churn-local",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": environment["STORAGE_EMULATOR_HOST"]},
    )
    blobs = client.list_blobs(settings.gcs.bucket)
    return sorted(blob.name.replace(str(settings.gcs.blob), "P") for blob in blobs)
