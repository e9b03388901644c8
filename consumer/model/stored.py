"""What lies in the bucket or folder: a pickle and, beside it, its manifest."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

MANIFEST_SUFFIX = ".manifest.json"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model as it is stored, not yet verified."""

    uri: str
    """Where it was read, as the settings say it."""
    pickle: bytes = field(repr=False)
    manifest: bytes | None = field(repr=False)
    """None where there is no manifest beside the pickle."""
    generation: str
    """Changes when pickle or manifest is replaced."""

    @property
    def name(self) -> str:
        """The file name without its ending: ``ChurnModelFinal`` of ``…/ChurnModelFinal.pkl``."""
        return PurePosixPath(self.uri).stem


def manifest_name(pickle_name: str) -> str:
    """Name the manifest that belongs to a pickle."""
    return pickle_name + MANIFEST_SUFFIX
