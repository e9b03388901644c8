"""What the Cloud Storage client raises, in the words of ``consumer.errors``.

The client lets through the errors of four libraries: api_core (the service's answers), google.auth
(credentials), requests and urllib3 (the network), and a few of its own.
"""

from typing import Final

import requests
import urllib3
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.cloud.storage import exceptions as storage

from consumer.errors import (
    AccessDenied,
    BadSettings,
    ChurnError,
    ResourceMissing,
    StorageDown,
)

CLIENT_ERRORS: Final = (
    api.GoogleAPIError,
    api.AsyncRestUnsupportedParameterError,
    auth.GoogleAuthError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    storage.InvalidResponse,
    storage.DataCorruption,
    storage.InvalidPathError,
)

_WRONG_REQUEST: Final = (
    api.MethodNotImplemented,  # 501: no Cloud Storage answers like this, something else does
    requests.exceptions.InvalidURL,  # STORAGE_EMULATOR_HOST is no URL
    requests.exceptions.MissingSchema,  # the same, without http://
    requests.exceptions.InvalidSchema,  # the same, with another scheme
    requests.exceptions.InvalidHeader,
)

_AWAY: Final = (
    api.RetryError,  # retried until the deadline
    api.ServerError,  # 5xx
    api.TooManyRequests,  # 429: a quota, which refills
    api.Aborted,  # 409: another request was in the way
    api.Cancelled,  # 499: the connection went away
    api.ResumableTransferError,  # the transfer stopped half-way
    auth.TransportError,  # the token server or the metadata server cannot be reached
    auth.TimeoutError,
    auth.ResponseError,
    requests.RequestException,  # refused, reset, no such host, timed out
    urllib3.exceptions.HTTPError,
    storage.InvalidResponse,
    storage.DataCorruption,  # the checksum of the download does not match
)

_REFUSED: Final = (
    api.Unauthorized,
    api.Forbidden,
    api.DuplicateCredentialArgs,
    auth.GoogleAuthError,
)

_REQUEST_TIMEOUT: Final = 408


def translate(error: Exception, uri: str) -> ChurnError:
    """Say in the worker's words what one of :data:`CLIENT_ERRORS` means.

    Args:
        error: what the client raised.
        uri: the object that was asked for, for the text.
    """
    kind = type(error).__name__
    if isinstance(error, _WRONG_REQUEST):
        return _wrong_request(uri, kind)
    if isinstance(error, _AWAY) or _is_temporary(error):
        return StorageDown(f"{uri}: Cloud Storage cannot be reached or is unavailable ({kind})")
    if isinstance(error, auth.DefaultCredentialsError):
        return AccessDenied(
            f"{uri}: no usable Google credentials ({kind}); on GKE set up Workload Identity, "
            "elsewhere log in (gcloud auth application-default login) or mend "
            "GOOGLE_APPLICATION_CREDENTIALS"
        )
    if isinstance(error, _REFUSED):
        return AccessDenied(
            f"{uri}: access denied ({kind}); give the worker's service account the role "
            "roles/storage.objectViewer on the bucket of gcs.bucket (or model.uri)"
        )
    if isinstance(error, api.NotFound):
        return ResourceMissing(f"{uri}: not found; create the bucket or mend gcs.bucket")
    return _wrong_request(uri, kind)


def _is_temporary(error: Exception) -> bool:
    if isinstance(error, auth.RefreshError):
        return bool(error.retryable)
    return isinstance(error, api.GoogleAPICallError) and error.code == _REQUEST_TIMEOUT


def _wrong_request(uri: str, kind: str) -> BadSettings:
    return BadSettings(
        f"{uri}: Cloud Storage does not understand the request ({kind}); "
        "mend gcs.bucket and gcs.blob (or model.uri), and STORAGE_EMULATOR_HOST if it is set"
    )
