"""A password in a settings file is for the owner's eyes."""

from pathlib import Path

import pytest

from consumer.settings.permissions import find_exposed
from tests.unit.settings.refusal import write

WITH_PASSWORD = "postgresql: {password: hunter2}"


def exposed(text: str, mode: int) -> str | None:
    """Say who may read a settings file of this mode."""
    path = write(text)
    path.chmod(mode)
    found = find_exposed(path, {})
    return found.detail if found else None


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700, 0o620])
def test_a_password_that_its_owner_alone_can_read_is_well_kept(mode: int) -> None:
    assert exposed(WITH_PASSWORD, mode) is None


@pytest.mark.parametrize(
    ("mode", "readers"),
    [
        (0o640, "its group (mode 0640)"),
        (0o604, "everybody (mode 0604)"),
        (0o644, "its group and everybody (mode 0644)"),
    ],
)
def test_a_password_that_others_can_read_is_told(mode: int, readers: str) -> None:
    detail = exposed(WITH_PASSWORD, mode)
    assert detail == f"config.yml holds postgresql.password and may be read by {readers}"


@pytest.mark.parametrize("text", ["api: {port: 1}", "postgresql: {password: }", ""])
def test_a_file_without_a_password_may_be_read_by_anybody(text: str) -> None:
    assert exposed(text, 0o644) is None


def test_the_mend_is_a_command() -> None:
    path = write(WITH_PASSWORD)
    path.chmod(0o644)
    found = find_exposed(path, {})
    assert found
    assert found.mend == "chmod 600 config.yml"


def test_the_file_is_found_as_the_settings_find_it() -> None:
    assert find_exposed(environ={}) is None
    write(WITH_PASSWORD).chmod(0o644)
    assert find_exposed(environ={})
    write("", "other.yml")
    assert find_exposed(environ={"CHURN_CONFIG": "other.yml"}) is None


def mounted_secret(folder: Path, text: str) -> Path:
    """Lay a Secret out as the kubelet does: the data behind a link that is replaced as a whole."""
    data = folder / "..2024_05_01_09_30_00.1"
    data.mkdir(parents=True)
    (data / "config.yml").write_text(text)
    (data / "config.yml").chmod(0o644)
    (folder / "..data").symlink_to(data.name)
    (folder / "config.yml").symlink_to("..data/config.yml")
    return folder / "config.yml"


def test_a_secret_on_a_kubernetes_volume_is_left_to_the_cluster(tmp_path: Path) -> None:
    path = mounted_secret(tmp_path / "etc" / "churn", WITH_PASSWORD)
    assert path.stat().st_mode & 0o004
    assert find_exposed(path, {}) is None


def test_a_link_elsewhere_is_judged_by_its_file() -> None:
    write(WITH_PASSWORD, "real.yml").chmod(0o644)
    Path("config.yml").symlink_to("real.yml")
    assert find_exposed(environ={})
