"""Every error of Google's client has its place in the worker's tree."""

import concurrent.futures
import inspect

import pytest
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.cloud.pubsub_v1.publisher import exceptions as publishing

from consumer.errors import (
    AccessDenied,
    ChurnError,
    PublishRefused,
    PubSubDown,
    ResourceMissing,
)
from consumer.pubsub_errors import translate


def every_call_error() -> list[type[api.GoogleAPICallError]]:
    return [
        each
        for _, each in inspect.getmembers(api, inspect.isclass)
        if issubclass(each, api.GoogleAPICallError)
    ]


def translated(error: BaseException) -> ChurnError:
    return translate(error, resource="projects/p/topics/t", setting="pubsub.alert_topic")


EXPECTED: dict[type[Exception], type[ChurnError]] = {
    api.NotFound: ResourceMissing,
    api.Forbidden: AccessDenied,
    api.PermissionDenied: AccessDenied,
    api.Unauthorized: AccessDenied,
    api.Unauthenticated: AccessDenied,
    api.InvalidArgument: PublishRefused,
}


@pytest.mark.parametrize("kind", every_call_error(), ids=lambda kind: kind.__name__)
def test_every_answer_of_the_server_is_translated(kind: type[api.GoogleAPICallError]) -> None:
    assert type(translated(kind("why"))) is EXPECTED.get(kind, PubSubDown)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (auth.DefaultCredentialsError("none"), AccessDenied),
        (auth.MalformedError("broken"), AccessDenied),
        (auth.RefreshError("revoked"), AccessDenied),
        (auth.RefreshError("metadata server away", retryable=True), PubSubDown),
        (auth.TransportError("network"), PubSubDown),
        (api.RetryError("too long", cause=None), PubSubDown),
        (publishing.MessageTooLargeError("11 MB"), PublishRefused),
        (concurrent.futures.TimeoutError(), PubSubDown),
        (ConnectionError("reset"), PubSubDown),
    ],
    ids=repr,
)
def test_what_the_client_raises_by_itself_is_translated(
    error: Exception, expected: type[ChurnError]
) -> None:
    assert type(translated(error)) is expected


def test_the_text_is_one_line_that_names_the_resource_and_its_setting() -> None:
    text = str(translated(api.NotFound("not\nfound")))
    assert "\n" not in text
    assert "projects/p/topics/t" in text
    assert "pubsub.alert_topic" in text
