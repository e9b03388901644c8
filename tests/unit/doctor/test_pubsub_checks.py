"""Topics, subscription and permissions: on the embedded server, and where access is refused."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient, types

from consumer.doctor.checks import Check, CheckResult, Finding, Status, run
from consumer.doctor.pubsub_checks import DELETED_TOPIC, PubsubChecks
from consumer.doctor.pubsub_probe import PubsubProbe
from consumer.errors import AccessDenied, ChurnError, PubSubDown, ResourceMissing
from consumer.settings import PubsubSettings, Settings
from tools.emulator import serve


class FakeProbe(PubsubProbe):
    """A project in which every answer can be set."""

    host = "fake"

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.refused: set[str] = set()
        self.permissions: bool | None = True

    def topic(self, path: str, *, setting: str) -> Any:
        del setting
        return self._answer(path, types.Topic(name=path))

    def subscription(self, path: str) -> Any:
        return self._answer(path, types.Subscription(name=path, topic=INPUT))

    def granted(self, path: str, permission: str) -> bool | None:
        del permission
        return self.permissions and path not in self.refused

    def close(self) -> None: ...

    def _answer(self, path: str, usual: Any) -> Any:
        answer = self.answers.get(path, usual)
        if isinstance(answer, ChurnError):
            raise answer
        return answer


INPUT = "projects/bank/topics/updates"
SETTINGS = Settings(pubsub=PubsubSettings(project="bank"))
ALERTS = SETTINGS.alert_topic_path
SUBSCRIPTION = SETTINGS.subscription_path


@pytest.fixture
def probe() -> FakeProbe:
    return FakeProbe()


def checked(probe: PubsubProbe, settings: Settings = SETTINGS) -> dict[str, CheckResult]:
    with ExitStack() as closing:
        checks = PubsubChecks(settings, lambda: probe, closing).all()
        results = run([Check("settings", lambda: Finding("")), *checks])
    return {result.name: result for result in results}


def test_a_project_as_it_should_be_passes_everything(probe: FakeProbe) -> None:
    assert {result.status for result in checked(probe).values()} == {Status.OK}


def test_nothing_else_is_asked_of_a_server_that_does_not_answer(probe: FakeProbe) -> None:
    probe.answers[ALERTS] = PubSubDown("no answer")
    results = checked(probe)
    del results["settings"]
    assert results.pop("pubsub").status is Status.FAIL
    assert {result.status for result in results.values()} == {Status.SKIP}


def test_a_missing_topic_is_created_by_a_command(probe: FakeProbe) -> None:
    probe.answers[ALERTS] = ResourceMissing("not there")
    found = checked(probe)["alert topic"]
    assert found.status is Status.FAIL
    assert found.mend == f"gcloud pubsub topics create {ALERTS}"


def test_a_topic_that_may_not_be_looked_at_is_judged_by_the_permission(probe: FakeProbe) -> None:
    probe.answers[ALERTS] = probe.answers[INPUT] = AccessDenied("no pubsub.topics.get")
    results = checked(probe)
    assert results["alert topic"].status is Status.SKIP
    assert results["input topic"].status is Status.SKIP
    assert results["may publish"].status is Status.OK


def test_a_permission_that_is_missing_is_granted_by_a_command(probe: FakeProbe) -> None:
    probe.refused = {ALERTS}
    results = checked(probe)
    assert results["may publish"].status is Status.FAIL
    assert f"add-iam-policy-binding {ALERTS} " in results["may publish"].mend
    assert "roles/pubsub.publisher" in results["may publish"].mend
    assert results["may consume"].status is Status.OK


def test_a_server_without_permissions_is_skipped(probe: FakeProbe) -> None:
    probe.permissions = None
    assert checked(probe)["may publish"].status is Status.SKIP


def test_one_topic_for_alerts_and_dead_letters_is_refused(probe: FakeProbe) -> None:
    settings = Settings(pubsub=PubsubSettings(project="bank", dead_letter_topic="churn-alerts"))
    assert checked(probe, settings)["dead-letter topic"].status is Status.FAIL


def test_a_schema_on_the_input_topic_is_refused(probe: FakeProbe) -> None:
    probe.answers[INPUT] = types.Topic(name=INPUT, schema_settings={"schema": "s"})
    found = checked(probe)["input topic"]
    assert found.status is Status.FAIL
    assert "--clear-schema-settings" in found.mend


def test_a_schema_on_the_alert_topic_is_doubtful(probe: FakeProbe) -> None:
    probe.answers[ALERTS] = types.Topic(name=ALERTS, schema_settings={"schema": "s"})
    assert checked(probe)["alert topic"].status is Status.WARN


def test_alerts_that_would_come_back_as_events_are_refused(probe: FakeProbe) -> None:
    probe.answers[SUBSCRIPTION] = types.Subscription(name=SUBSCRIPTION, topic=ALERTS)
    found = checked(probe)["input topic"]
    assert found.status is Status.FAIL
    assert "pubsub.alert_topic" in found.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": DELETED_TOPIC},
        {"detached": True},
        {"push_config": {"push_endpoint": "https://bank.example/push"}},
        {"bigquery_config": {"table": "p.d.t"}},
        {"cloud_storage_config": {"bucket": "b"}},
    ],
)
def test_a_subscription_that_cannot_be_pulled_is_refused(
    probe: FakeProbe, changes: dict[str, Any]
) -> None:
    probe.answers[SUBSCRIPTION] = types.Subscription(
        {"name": SUBSCRIPTION, "topic": INPUT, **changes}
    )
    results = checked(probe)
    assert results["subscription"].status is Status.FAIL
    assert results["may consume"].status is Status.SKIP


@pytest.fixture
def _emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with serve() as server:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", server.address)
        yield


@pytest.mark.usefixtures("_emulator")
def test_the_same_on_a_real_server() -> None:
    settings = Settings(pubsub=PubsubSettings(project=f"test-{uuid4().hex[:12]}"))
    input_topic = f"projects/{settings.pubsub.project}/topics/updates"
    results = checked(PubsubProbe(PublisherClient(), SubscriberClient()), settings)
    for name in ("alert topic", "dead-letter topic", "subscription"):
        assert results[name].status is Status.FAIL
        assert "does not exist" in results[name].detail
        assert results[name].mend.startswith("gcloud pubsub ")
    with PublisherClient() as publisher, SubscriberClient() as subscriber:
        for path in (settings.alert_topic_path, settings.dead_letter_topic_path, input_topic):
            publisher.create_topic(name=path)
        subscriber.create_subscription(name=settings.subscription_path, topic=input_topic)
    results = checked(PubsubProbe(PublisherClient(), SubscriberClient()), settings)
    assert {result.status for result in results.values()} == {Status.OK}
