"""Whatever the Cloud SQL connector and its credentials raise, as the worker's own errors."""

from http import HTTPStatus

import aiohttp
import google.auth.exceptions
from google.cloud.sql.connector import exceptions as connector_errors

from consumer.database.errors import translate
from consumer.errors import AccessDenied, BadSettings, ChurnError, DatabaseDown, ResourceMissing

_SETTINGS_ERRORS = (
    ValueError,  # the instance's name or region is wrong
    connector_errors.CloudSQLIPTypeError,
    connector_errors.IncompatibleDriverError,
    connector_errors.AutoIAMAuthNotSupported,
    connector_errors.PlatformNotSupportedError,
    connector_errors.TLSVersionError,
)
_PASSING_ERRORS = (
    aiohttp.ClientError,
    TimeoutError,
    connector_errors.CacheClosedError,
    connector_errors.ClosedConnectorError,
    connector_errors.CloudSQLConnectionError,
    connector_errors.ConnectorLoopError,
    connector_errors.DnsResolutionError,
    connector_errors.RefreshNotValidError,
)


def translate_connector(error: Exception) -> ChurnError:
    """Find the worker's error for one that the connector or its credentials raised."""
    if isinstance(error, aiohttp.ClientResponseError):
        return _from_status(error.status, error.message)
    if isinstance(error, google.auth.exceptions.GoogleAuthError):
        return _from_credentials(error)
    if isinstance(error, _PASSING_ERRORS):
        return DatabaseDown(
            f"Cloud SQL cannot be reached ({_line(error) or 'it took too long'}): check that the "
            "instance in cloudsql.instance runs, and that the network reaches its cloudsql.ip_type"
        )
    if isinstance(error, _SETTINGS_ERRORS) and not isinstance(error, OSError):
        return BadSettings(
            f"Cloud SQL cannot be used as set: {_line(error)}: check cloudsql.instance "
            "(project:region:name), cloudsql.ip_type and cloudsql.iam_auth"
        )
    return translate(error)


def _from_status(status: int, message: str) -> ChurnError:
    words = f"the SQL Admin API answers {status} {' '.join(message.split())}"
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return AccessDenied(
            f"{words}: grant the role Cloud SQL Client to this identity and enable the API"
        )
    if status == HTTPStatus.NOT_FOUND:
        return ResourceMissing(f"{words}: correct cloudsql.instance, or create the instance")
    return DatabaseDown(f"{words}: check that the instance in cloudsql.instance runs")


def _from_credentials(error: google.auth.exceptions.GoogleAuthError) -> ChurnError:
    if error.retryable or isinstance(error, google.auth.exceptions.TransportError):
        return DatabaseDown(f"no token for Cloud SQL can be had now: {_line(error)}")
    return AccessDenied(
        f"no credentials for Cloud SQL: {_line(error)}: set up Workload Identity, or run "
        "`gcloud auth application-default login`"
    )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
