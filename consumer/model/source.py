"""Where a model comes from: ``gs://bucket/blob``, or a path of this machine."""

from pathlib import Path

from consumer.errors import AccessDenied, BadModel
from consumer.model import bucket
from consumer.model.stored import StoredModel, manifest_name


def fetch(uri: str) -> StoredModel:
    """Read a pickle and the manifest beside it, where there is one.

    Args:
        uri: ``gs://bucket/blob`` or a local path.

    Raises:
        BadModel: there is no such pickle.
        BadSettings: the URI is no ``gs://bucket/blob``.
        StorageDown: Cloud Storage is away; try again later.
        AccessDenied: it may not be read.
        ResourceMissing: there is no such bucket.
    """
    if bucket.is_cloud(uri):
        return bucket.fetch(bucket.BlobLocation.parse(uri))
    path = Path(uri)
    manifest_path = path.with_name(manifest_name(path.name))
    generation = _generation(path)
    manifest = _read(manifest_path) if manifest_path.exists() else None
    return StoredModel(uri=uri, pickle=_read(path), manifest=manifest, generation=generation)


def current_generation(uri: str) -> str:
    """Tell what ``LoadedModel.generation`` would be if the model were loaded now.

    Cheap enough to ask every few seconds. Compare, and load anew when it differs.

    Raises:
        ChurnError: as :func:`fetch` does.
    """
    if bucket.is_cloud(uri):
        return bucket.current_generation(bucket.BlobLocation.parse(uri))
    return _generation(Path(uri))


def _generation(path: Path) -> str:
    manifest_path = path.with_name(manifest_name(path.name))
    return f"{_stamp(path)}/{_stamp(manifest_path) if manifest_path.exists() else 'none'}"


def _stamp(path: Path) -> str:
    try:
        state = path.stat()
    except OSError as problem:
        raise _translated(path, problem) from problem
    return f"{state.st_mtime_ns}-{state.st_size}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise _translated(path, problem) from problem


def _translated(path: Path, problem: OSError) -> AccessDenied | BadModel:
    if isinstance(problem, PermissionError):
        return AccessDenied(f"{path}: may not be read; give the worker's user read permission")
    return BadModel(
        f"{path}: cannot be read ({problem.strerror}); put the model there or mend model.uri"
    )
