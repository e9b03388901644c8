"""The pickle's SHA-256, checked before anything of the pickle is looked at.

A digest that lies beside the pickle gives integrity; one in the settings also gives authenticity.
"""

import hashlib

from consumer.errors import BadModel
from consumer.model.stored import StoredModel
from schemas.manifest import Manifest


def verify_digest(stored: StoredModel, manifest: Manifest | None, pinned: str | None) -> str:
    """Compute the digest and compare it with every digest that is known.

    Args:
        stored: the model as it was read.
        manifest: its manifest, where there is one.
        pinned: ``model.sha256`` of the settings, where it is set.

    Returns:
        The digest, 64 hexadecimal digits in lower case.

    Raises:
        BadModel: a digest differs, or there is none to compare with.
    """
    digest = hashlib.sha256(stored.pickle).hexdigest()
    if pinned is None and manifest is None:
        raise BadModel(
            f"{stored.uri} has no manifest beside it; upload the manifest too, or, if you trust "
            f"this pickle, set model.sha256 to {digest}"
        )
    if pinned is not None and pinned.lower() != digest:
        raise BadModel(
            f"{stored.uri} has the SHA-256 {digest}, but model.sha256 pins {pinned}; upload the "
            "pinned model, or pin this one if it is the right one"
        )
    if manifest is not None and manifest.sha256 != digest:
        raise BadModel(
            f"{stored.uri} has the SHA-256 {digest}, but its manifest says {manifest.sha256}; "
            "upload the pickle and its manifest again, from one training"
        )
    return digest
