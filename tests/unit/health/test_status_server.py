"""The status server, asked over HTTP."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from consumer.errors import BadSettings
from consumer.health import Health
from consumer.settings import ApiSettings
from consumer.status_server import StatusServer
from consumer.telemetry import Metrics

ANYWHERE = ApiSettings(host="127.0.0.1", port=0)


@pytest.fixture
def health() -> Health:
    health = Health()
    health.stream_opened(0)
    health.started()
    return health


@pytest.fixture
def server(health: Health) -> Iterator[StatusServer]:
    with StatusServer(
        ANYWHERE, health=health, metrics=Metrics(), about=lambda: {"deployment": "test"}
    ) as server:
        yield server


def get(server: StatusServer, path: str, method: str = "GET") -> tuple[int, str, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.headers["Content-Type"], response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def get_json(server: StatusServer, path: str) -> tuple[int, Any]:
    status, content_type, body = get(server, path)
    assert content_type == "application/json"
    return status, json.loads(body)


def test_a_healthy_worker_is_live_and_ready(server: StatusServer) -> None:
    for path in ("/livez", "/readyz", "/readyz?verbose"):
        status, body = get_json(server, path)
        assert (status, body["state"]) == (200, "idle")


def test_an_outage_is_not_ready_and_says_which_dependency(
    server: StatusServer, health: Health
) -> None:
    health.held("database", "connection refused")
    status, body = get_json(server, "/readyz")
    assert status == 503
    assert body["state"] == "dependency down"
    assert body["down"] == {"database": "connection refused"}
    assert get_json(server, "/livez")[0] == 200


def test_metrics_are_served_with_the_state_of_this_moment(
    server: StatusServer, health: Health
) -> None:
    health.draining()
    status, content_type, body = get(server, "/metrics")
    assert status == 200
    assert content_type.startswith("text/plain")
    assert 'churn_health_state{state="draining"} 1.0' in body
    assert 'churn_health_state{state="idle"} 0.0' in body
    assert 'churn_events_total{outcome="alert"} 0.0' in body


def test_the_status_page_says_what_the_worker_is_and_does(server: StatusServer) -> None:
    status, body = get_json(server, "/")
    assert status == 200
    assert body["deployment"] == "test"
    assert body["health"]["open_streams"] == 1


def test_an_unknown_page_names_the_known_ones(server: StatusServer) -> None:
    status, body = get_json(server, "/healthz")
    assert status == 404
    assert "/livez" in body["pages"]


def test_head_answers_without_a_body(server: StatusServer) -> None:
    assert get(server, "/livez", method="HEAD")[::2] == (200, "")


PAGES = ("/", "/livez", "/readyz", "/metrics", "/nowhere")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_could_change_something_is_refused(
    server: StatusServer, health: Health, method: str
) -> None:
    before = health.report()
    for page in PAGES:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        with closing(connection):
            connection.request(method, page)
            answer = connection.getresponse()
            assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
            assert b"method not allowed" in answer.read()
    assert health.report() == before


def test_a_method_that_nobody_knows_is_refused(server: StatusServer) -> None:
    assert get(server, "/", method="SHUTDOWN")[0] == 501


def test_asking_changes_nothing(server: StatusServer, health: Health) -> None:
    before = health.report()
    for page in PAGES:
        first, second = get(server, page), get(server, page)
        assert first[:2] == second[:2]
    assert health.report() == before


def test_the_server_does_not_say_which_python_it_runs_on(server: StatusServer) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=10) as answer:
        assert answer.headers["Server"] == "churn"


def test_a_taken_port_is_a_setting_to_mend(server: StatusServer, health: Health) -> None:
    taken = ApiSettings(host="127.0.0.1", port=server.port)
    with pytest.raises(BadSettings, match=rf"api\.port {server.port} is taken"):
        StatusServer(taken, health=health, metrics=Metrics())


def test_an_address_of_another_machine_is_a_setting_to_mend(health: Health) -> None:
    with pytest.raises(BadSettings, match=r"api\.host"):
        StatusServer(ApiSettings(host="192.0.2.1", port=0), health=health, metrics=Metrics())


def test_the_port_is_free_again_after_the_stop(health: Health) -> None:
    first = StatusServer(ANYWHERE, health=health, metrics=Metrics())
    first.start()
    first.stop()
    same = ApiSettings(host="127.0.0.1", port=first.port)
    with StatusServer(same, health=health, metrics=Metrics()) as again:
        assert get(again, "/livez")[0] == 200
