"""Every error of the Cloud SQL connector and of Google's credentials has one meaning."""

import inspect
import ssl

import aiohttp
import google.auth.exceptions
import pytest
from google.cloud.sql.connector import exceptions as connector_errors
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from consumer.database.cloud_sql_errors import translate_connector
from consumer.errors import (
    AccessDenied,
    BadSettings,
    ChurnError,
    DatabaseDown,
    ResourceMissing,
    UnprocessableRow,
)

OF_THE_CONNECTOR = [
    kind
    for _, kind in inspect.getmembers(connector_errors, inspect.isclass)
    if issubclass(kind, Exception)
]
OF_GOOGLES_CREDENTIALS = [
    kind
    for _, kind in inspect.getmembers(google.auth.exceptions, inspect.isclass)
    if issubclass(kind, google.auth.exceptions.GoogleAuthError)
]


def response_error(status: int, message: str = "words") -> aiohttp.ClientResponseError:
    headers = CIMultiDictProxy(CIMultiDict[str]())
    url = URL("http://127.0.0.1/")
    request = aiohttp.RequestInfo(url, "GET", headers, url)
    return aiohttp.ClientResponseError(request, (), status=status, message=message)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, DatabaseDown),  # an instance that is stopped
        (401, AccessDenied),
        (403, AccessDenied),
        (404, ResourceMissing),
        (409, DatabaseDown),
        (429, DatabaseDown),
        (500, DatabaseDown),
        (503, DatabaseDown),
    ],
)
def test_a_status_of_the_admin_api_means(status: int, expected: type[ChurnError]) -> None:
    assert type(translate_connector(response_error(status))) is expected


@pytest.mark.parametrize("kind", OF_THE_CONNECTOR, ids=str)
def test_every_error_of_the_connector_is_an_outage_or_a_wrong_setting(
    kind: type[Exception],
) -> None:
    for_settings = {
        "AutoIAMAuthNotSupported",
        "CloudSQLIPTypeError",
        "IncompatibleDriverError",
        "PlatformNotSupportedError",
        "TLSVersionError",
    }
    expected = BadSettings if kind.__name__ in for_settings else DatabaseDown

    assert type(translate_connector(kind("some text"))) is expected


@pytest.mark.parametrize("kind", OF_GOOGLES_CREDENTIALS, ids=str)
def test_every_error_of_credentials_is_denied_access_unless_it_passes(
    kind: type[google.auth.exceptions.GoogleAuthError],
) -> None:
    passes = issubclass(kind, google.auth.exceptions.TransportError)
    expected = DatabaseDown if passes else AccessDenied

    assert type(translate_connector(kind("some text"))) is expected


def test_an_error_of_credentials_that_may_pass_is_an_outage() -> None:
    error = google.auth.exceptions.RefreshError("try again", retryable=True)

    assert type(translate_connector(error)) is DatabaseDown


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (aiohttp.ClientConnectionError("refused"), DatabaseDown),
        (aiohttp.ServerDisconnectedError(), DatabaseDown),
        (TimeoutError(), DatabaseDown),
        (ConnectionRefusedError(111, "Connection refused"), DatabaseDown),
        (ssl.SSLCertVerificationError("self-signed certificate"), DatabaseDown),
        (ValueError("Provided region was mismatched"), BadSettings),
        (UnprocessableRow("its own"), UnprocessableRow),
    ],
    ids=repr,
)
def test_other_errors_of_a_connection_mean(error: Exception, expected: type[ChurnError]) -> None:
    assert type(translate_connector(error)) is expected


@pytest.mark.parametrize(
    "error",
    [
        response_error(403, "missing\npermission"),
        response_error(404),
        response_error(503),
        google.auth.exceptions.RefreshError("none\nfound"),
        ValueError("wrong\nregion"),
        TimeoutError(),
    ],
    ids=repr,
)
def test_each_message_is_one_line(error: Exception) -> None:
    assert "\n" not in str(translate_connector(error))
    assert len(str(translate_connector(error))) > 40
