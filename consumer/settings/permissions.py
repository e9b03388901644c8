"""Who may read a settings file in which a password stands."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from consumer.settings.sources import find_config, from_file

PASSWORD = "postgresql.password"  # noqa: S105 - the key's name

_READERS = ((stat.S_IRGRP, "its group"), (stat.S_IROTH, "everybody"))
_VOLUME_DATA = "..data"
"""In a Kubernetes volume of a Secret or ConfigMap each file is a link through this link, so that an
update replaces all of them at once ("Secrets", mounted Secrets are updated automatically)."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """A settings file with a password that others than its owner may read."""

    file: Path
    mode: int
    """Permission bits."""

    @property
    def detail(self) -> str:
        """What is wrong, in one line."""
        readers = " and ".join(who for bit, who in _READERS if self.mode & bit)
        return f"{self.file} holds {PASSWORD} and may be read by {readers} (mode {self.mode:04o})"

    @property
    def mend(self) -> str:
        """What to do about it."""
        return f"chmod 600 {self.file}"


def find_exposed(
    config: Path | None = None, environ: Mapping[str, str] | None = None
) -> Exposed | None:
    """Look whether the settings file shows a password to others; None where it does not.

    A file on a Kubernetes volume is left alone: it is world-readable by default, but it exists in
    the pod alone, and who may read the Secret is decided by the cluster's access control.

    Args:
        config: as in :func:`consumer.settings.load_settings`.
        environ: as there.

    Raises:
        BadSettings: the file cannot be read or is no YAML.
    """
    file = find_config(config, os.environ if environ is None else environ)
    if file is None or not _holds_password(file) or _is_in_volume(file):
        return None
    mode = stat.S_IMODE(file.stat().st_mode)
    return Exposed(file, mode) if mode & (stat.S_IRGRP | stat.S_IROTH) else None


def _holds_password(file: Path) -> bool:
    password = from_file(file).get(PASSWORD)
    return password is not None and password.is_set


def _is_in_volume(file: Path) -> bool:
    return (file.parent / _VOLUME_DATA).is_symlink()
