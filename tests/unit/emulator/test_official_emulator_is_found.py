"""How tests find Google's emulator."""

from pathlib import Path

import pytest

from tests.pubsub_servers import running
from tools.stack.official_pubsub import NotHere, official_jar


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty Cloud SDK whose gcloud, and java, are first on the PATH."""
    binaries = tmp_path / "sdk" / "bin"
    binaries.mkdir(parents=True)
    for name in ("gcloud", "java"):
        (binaries / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(binaries))
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    monkeypatch.delenv("CHURN_TEST_SERVERS", raising=False)
    return tmp_path / "sdk"


def put_jar(sdk: Path, name: str) -> Path:
    """Put an emulator's jar where gcloud puts it."""
    jar = sdk / "platform" / "pubsub-emulator" / "lib" / name
    jar.parent.mkdir(parents=True, exist_ok=True)
    jar.touch()
    return jar


def test_the_newest_jar_of_the_sdk_is_taken(sdk: Path) -> None:
    put_jar(sdk, "cloud-pubsub-emulator-0.8.19-all.jar")
    newest = put_jar(sdk, "cloud-pubsub-emulator-0.8.20-all.jar")

    assert official_jar() == newest


def test_a_gcloud_that_is_a_link_leads_to_its_sdk(sdk: Path, tmp_path: Path) -> None:
    jar = put_jar(sdk, "cloud-pubsub-emulator-0.8.20-all.jar")
    moved = tmp_path / "real-gcloud"
    (sdk / "bin" / "gcloud").rename(moved)
    real_sdk_binary = sdk / "bin" / "gcloud-real"
    moved.rename(real_sdk_binary)
    (sdk / "bin" / "gcloud").symlink_to(real_sdk_binary)

    assert official_jar() == jar


def test_without_java_it_cannot_run(sdk: Path) -> None:
    put_jar(sdk, "cloud-pubsub-emulator-0.8.20-all.jar")
    (sdk / "bin" / "java").unlink()

    with pytest.raises(NotHere, match="java"):
        official_jar()


@pytest.mark.usefixtures("sdk")
def test_it_can_be_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_TEST_SERVERS", "embedded")

    with pytest.raises(NotHere, match="CHURN_TEST_SERVERS"), running("official"):
        pass


@pytest.mark.usefixtures("sdk")
def test_a_server_that_runs_already_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", "127.0.0.1:8085")

    with running("official") as address:
        assert address == "127.0.0.1:8085"
