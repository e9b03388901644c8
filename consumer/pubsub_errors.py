"""What Google's Pub/Sub client raises, translated once into the worker's own errors.

Everything that is not listed counts as an outage: holding a batch loses nothing and spends no
delivery attempt, while stopping or dead-lettering on an unknown error might.
"""

import concurrent.futures
from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.cloud.pubsub_v1.publisher import exceptions as publishing

from consumer.errors import AccessDenied, ChurnError, PublishRefused, PubSubDown, ResourceMissing

PASSING: tuple[type[Exception], ...] = (
    api.Aborted,  # lost a race with itself
    api.DeadlineExceeded,  # the answer came too late; what was asked for may be done twice
    api.InternalServerError,  # a hiccup of the server
    api.ResourceExhausted,  # over quota for a moment
    api.ServiceUnavailable,  # restarting, or the network; also the usual end of a stream
    api.Unknown,  # a proxy in between
)
"""After these the same call is made again, and a stream is opened again."""
MISSING: tuple[type[Exception], ...] = (
    api.NotFound,  # the topic or subscription does not exist, or was deleted
)
DENIED: tuple[type[Exception], ...] = (
    api.Forbidden,  # the identity lacks a permission
    api.Unauthorized,  # the credentials are not accepted
    auth.MalformedError,  # the credentials file is broken
)
REFUSED: tuple[type[Exception], ...] = (
    api.InvalidArgument,  # this message breaks a limit or a schema
    publishing.MessageTooLargeError,  # the client saw it before the server did
)


def translate(error: BaseException, *, resource: str, setting: str) -> ChurnError:
    """Turn a client's exception into the tree; the text names the resource and its setting."""
    if isinstance(error, MISSING):
        return ResourceMissing(
            f"{resource} does not exist: create it, or set {setting} to one that does"
        )
    if isinstance(error, auth.DefaultCredentialsError):
        return AccessDenied(
            "there are no usable Google credentials: give the pod a service account by Workload "
            "Identity, or run `gcloud auth application-default login`, or set PUBSUB_EMULATOR_HOST"
        )
    if isinstance(error, DENIED) or _is_final_refresh_error(error):
        return AccessDenied(
            f"no permission for {resource} ({setting}): grant it to the worker's identity: "
            f"{_in_one_line(error)}"
        )
    if isinstance(error, REFUSED):
        return PublishRefused(f"Pub/Sub refused a message for {resource}: {_in_one_line(error)}")
    if isinstance(error, concurrent.futures.TimeoutError):
        return PubSubDown(f"no answer from Pub/Sub for {resource} in time")
    return PubSubDown(f"Pub/Sub is not available for {resource}: {_in_one_line(error)}")


@contextmanager
def credentials_translated() -> Iterator[None]:
    """Surround the making of one of Google's clients, which looks for credentials.

    Raises:
        AccessDenied: there are none, or they are broken.
        PubSubDown: whoever gives them out is away.
    """
    try:
        yield
    except auth.GoogleAuthError as error:
        raise translate(error, resource="Pub/Sub", setting="credentials") from error


def _is_final_refresh_error(error: BaseException) -> bool:
    """A token that cannot be fetched: final, unless the library says that trying again may help."""
    return isinstance(error, auth.RefreshError) and not error.retryable


def _in_one_line(error: BaseException) -> str:
    text = error.message if isinstance(error, api.GoogleAPICallError) else str(error)
    return " ".join(str(text).split())[:300] or type(error).__name__
