"""Resource names: ``projects/{project}/topics/{topic}`` and their kin.

The rules are those of "Resource names" in the Pub/Sub documentation: a letter first, then letters,
numbers and ``- _ . ~ + %``; 3 to 255 characters; never beginning with ``goog``.
"""

import re
from typing import Literal

from tools.emulator.errors import InvalidArgument

Kind = Literal["topics", "subscriptions", "snapshots", "schemas"]

DELETED_TOPIC = "_deleted-topic_"

_KEY = re.compile(r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+")
_PROJECT = re.compile(r"projects/[^/]+")
_NAME = re.compile(r"projects/(?P<project>[^/]+)/(?P<kind>[a-z]+)/(?P<id>[^/]+)")
_ID = re.compile(r"(?!goog)[A-Za-z][A-Za-z0-9\-_.~+%]{2,254}")


def check_name(name: str, kind: Kind) -> str:
    """Return ``name`` if it is a valid name of that kind.

    Raises:
        InvalidArgument: it is not; the text says what is expected.
    """
    match = _NAME.fullmatch(name)
    if match is None or match["kind"] != kind:
        raise InvalidArgument(f"{name!r} is no name of the form projects/PROJECT/{kind}/ID")
    if _ID.fullmatch(match["id"]) is None:
        raise InvalidArgument(
            f"{match['id']!r} cannot be an ID in {kind}: 3 to 255 characters, a letter first, then"
            " letters, numbers and - _ . ~ + %, and not beginning with goog"
        )
    return name


def check_project(project: str) -> str:
    """Return ``project`` if it looks like ``projects/PROJECT``.

    Raises:
        InvalidArgument: it does not.
    """
    if _PROJECT.fullmatch(project) is None:
        raise InvalidArgument(f"{project!r} is no project of the form projects/PROJECT")
    return project


def check_key_name(name: str) -> str:
    """Return ``name`` if it looks like that of a Cloud KMS key.

    Raises:
        InvalidArgument: it does not.
    """
    if _KEY.fullmatch(name) is None:
        raise InvalidArgument(
            f"{name!r:.80} is no kms_key_name of the form"
            " projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY"
        )
    return name


def short_name(name: str) -> str:
    """Give the last part of a resource name."""
    return name.rsplit("/", 1)[-1]


def project_of(name: str) -> str:
    """Give the project of a resource name, without ``projects/``."""
    return name.split("/", 2)[1]
