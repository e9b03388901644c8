"""Every exception of the Cloud Storage client becomes one of the worker's errors."""

from collections.abc import Iterator

import google.api_core.exceptions as api
import google.auth.exceptions as auth
import pytest
import requests
import urllib3
from google.cloud.storage import exceptions as storage

from consumer.errors import AccessDenied, BadSettings, ChurnError, ResourceMissing, StorageDown
from consumer.model.bucket_errors import CLIENT_ERRORS, translate

WHERE = "gs://bucket/model.pkl"

ANSWERS: dict[type[api.GoogleAPICallError], type[ChurnError]] = {
    api.GoogleAPICallError: BadSettings,
    api.Redirection: BadSettings,
    api.MovedPermanently: BadSettings,
    api.NotModified: BadSettings,
    api.TemporaryRedirect: BadSettings,
    api.ResumeIncomplete: BadSettings,
    api.ClientError: BadSettings,
    api.BadRequest: BadSettings,
    api.InvalidArgument: BadSettings,
    api.FailedPrecondition: BadSettings,
    api.OutOfRange: BadSettings,
    api.Unauthorized: AccessDenied,
    api.Unauthenticated: AccessDenied,
    api.Forbidden: AccessDenied,
    api.PermissionDenied: AccessDenied,
    api.NotFound: ResourceMissing,
    api.MethodNotAllowed: BadSettings,
    api.Conflict: BadSettings,
    api.AlreadyExists: BadSettings,
    api.Aborted: StorageDown,
    api.LengthRequired: BadSettings,
    api.PreconditionFailed: BadSettings,
    api.RequestRangeNotSatisfiable: BadSettings,
    api.TooManyRequests: StorageDown,
    api.ResourceExhausted: StorageDown,
    api.Cancelled: StorageDown,
    api.ServerError: StorageDown,
    api.InternalServerError: StorageDown,
    api.Unknown: StorageDown,
    api.DataLoss: StorageDown,
    api.MethodNotImplemented: BadSettings,
    api.BadGateway: StorageDown,
    api.ServiceUnavailable: StorageDown,
    api.GatewayTimeout: StorageDown,
    api.DeadlineExceeded: StorageDown,
}
"""What each answer of the service means; a new class in the library makes the test fail."""

TRANSFERS = {"ResumableTransferError", "TransferStalledError", "UnseekableStreamError"} | {
    "UploadCancelledError",
    "MissingStatusHeaderError",
}

TEMPORARY_AUTH = {"TransportError", "TimeoutError", "ResponseError"}


def subclasses(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from subclasses(child)


def of_module(root: type[Exception], module: str) -> list[type[Exception]]:
    return sorted(
        {each for each in subclasses(root) if each.__module__ == module}, key=lambda c: c.__name__
    )


def bare(kind: type[Exception]) -> Exception:
    """An instance, whatever its constructor wants."""
    return kind.__new__(kind)


def test_every_answer_of_the_service_is_listed() -> None:
    answers = set(of_module(api.GoogleAPICallError, api.__name__))
    assert {each.__name__ for each in answers - set(ANSWERS)} == TRANSFERS


@pytest.mark.parametrize(("kind", "expected"), ANSWERS.items(), ids=lambda kind: kind.__name__)
def test_every_answer_is_translated(
    kind: type[api.GoogleAPICallError], expected: type[ChurnError]
) -> None:
    error = translate(kind("the service said no"), WHERE)
    assert type(error) is expected
    assert str(error).startswith(WHERE)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "kind", of_module(api.ResumableTransferError, api.__name__), ids=lambda kind: kind.__name__
)
def test_a_broken_transfer_is_tried_again(kind: type[Exception]) -> None:
    assert type(translate(bare(kind), WHERE)) is StorageDown


def test_a_request_timeout_is_temporary_though_it_is_a_client_error() -> None:
    slow = api.from_http_status(408, "slow")
    assert type(translate(slow, WHERE)) is StorageDown


def test_what_was_retried_until_the_deadline_is_down() -> None:
    late = api.RetryError("late", cause=None)
    assert type(translate(late, WHERE)) is StorageDown


def test_the_rest_of_api_core_is_translated() -> None:
    assert type(translate(api.DuplicateCredentialArgs(), WHERE)) is AccessDenied
    assert type(translate(api.AsyncRestUnsupportedParameterError(), WHERE)) is BadSettings
    assert type(translate(api.GoogleAPIError(), WHERE)) is BadSettings


@pytest.mark.parametrize(
    "kind", of_module(auth.GoogleAuthError, auth.__name__), ids=lambda kind: kind.__name__
)
def test_every_error_of_the_credentials_is_translated(kind: type[auth.GoogleAuthError]) -> None:
    expected = StorageDown if kind.__name__ in TEMPORARY_AUTH else AccessDenied
    assert type(translate(kind("no token"), WHERE)) is expected


def test_a_refresh_that_may_be_tried_again_is_temporary() -> None:
    later = auth.RefreshError("later", retryable=True)
    assert type(translate(later, WHERE)) is StorageDown


@pytest.mark.parametrize(
    "kind", list(subclasses(requests.RequestException)), ids=lambda kind: kind.__name__
)
def test_every_error_of_the_network_is_translated(kind: type[Exception]) -> None:
    wrong_address = ("InvalidURL", "InvalidProxyURL", "MissingSchema", "InvalidSchema")
    expected = BadSettings if kind.__name__ in (*wrong_address, "InvalidHeader") else StorageDown
    assert type(translate(bare(kind), WHERE)) is expected


@pytest.mark.parametrize(
    "kind", list(subclasses(urllib3.exceptions.HTTPError)), ids=lambda kind: kind.__name__
)
def test_every_error_of_urllib3_is_translated(kind: type[Exception]) -> None:
    assert isinstance(bare(kind), CLIENT_ERRORS)
    assert type(translate(bare(kind), WHERE)) is StorageDown


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (storage.InvalidResponse, StorageDown),
        (storage.DataCorruption, StorageDown),
        (storage.InvalidPathError, BadSettings),
    ],
)
def test_the_clients_own_errors_are_translated(
    kind: type[Exception], expected: type[ChurnError]
) -> None:
    assert issubclass(kind, CLIENT_ERRORS)
    assert type(translate(bare(kind), WHERE)) is expected


def test_every_error_of_the_clients_own_module_is_known() -> None:
    own = {
        value
        for value in vars(storage).values()
        if isinstance(value, type) and value.__module__ == storage.__name__
    }
    assert own == {storage.InvalidResponse, storage.DataCorruption, storage.InvalidPathError}
