"""Google's official Pub/Sub emulator, where this machine has it: a jar that gcloud installs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from tools.errors import BadInput

_JARS = "platform/pubsub-emulator/lib/*.jar"
_SDK_ROOTS = (
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "/usr/local/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
    "~/google-cloud-sdk",
)


class NotHere(BadInput):
    """This server cannot run on this machine; the text says what is missing."""


def official_command(port: int) -> list[str]:
    """Give the command that runs Google's emulator on a port of 127.0.0.1.

    Raises:
        NotHere: it is not installed, or there is no Java to run it.
    """
    return ["java", "-jar", str(official_jar()), "--host=127.0.0.1", f"--port={port}"]


def official_jar() -> Path:
    """Find the newest jar of Google's emulator.

    Raises:
        NotHere: there is none, or no Java to run it.
    """
    if shutil.which("java") is None:
        raise NotHere("Google's emulator needs java on the PATH")
    for root in _sdk_roots():
        for jar in sorted(root.glob(_JARS), reverse=True):
            return jar
    raise NotHere("Google's emulator is not installed (gcloud components install pubsub-emulator)")


def _sdk_roots() -> Iterator[Path]:
    """Where gcloud may be; asking gcloud itself takes seconds."""
    if gcloud := shutil.which("gcloud"):
        yield Path(gcloud).resolve().parent.parent
    for root in _SDK_ROOTS:
        yield Path(root).expanduser()
