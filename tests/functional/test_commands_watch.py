"""`churn watch` against real servers."""

import signal
from collections.abc import Sequence

import pytest
from google.pubsub_v1.types import PubsubMessage

from consumer.alerts import alert_message
from consumer.dead_letter import dead_letter
from consumer.errors import InvalidEvent
from consumer.message import OutgoingMessage
from consumer.stages import Alerted
from tests.builders import NOON, POLICY, message, processed, profile, update
from tests.churn_command import churn, churn_running, json_lines
from tests.functional.bank import DEAD_STREAMS, Bank
from tests.pubsub_fixtures import embedded_only

pytestmark = pytest.mark.functional


def alerts(*ids: int) -> list[OutgoingMessage]:
    """The alerts of customers who are all at risk."""
    outcomes = processed(
        *(update(each, event_id=f"e-{each}") for each in ids),
        known={each: profile(each, age=90) for each in ids},
    )
    alerted = [outcome for outcome in outcomes if isinstance(outcome, Alerted)]
    return [alert_message(each, POLICY, scored_at=NOON) for each in alerted]


def publish(bank: Bank, topic: str, messages: Sequence[OutgoingMessage]) -> None:
    bank.stack.pubsub.publisher.publish(
        topic=bank.stack.names.topic(topic),
        messages=[
            PubsubMessage(data=each.data, attributes=dict(each.attributes)) for each in messages
        ],
    )


def test_alerts_are_shown_up_to_the_limit_and_the_others_stay(bank: Bank) -> None:
    bank.pubsub.skip_where_official(DEAD_STREAMS)
    names = bank.stack.names
    publish(bank, names.alert_topic, alerts(1, 2, 3))
    watch = ("watch", "--subscription", names.alert_watch)
    done = churn(*watch, "--limit", 2, environment=bank.environment)
    assert done.returncode == 0, done.stderr
    shown = done.stdout.splitlines()
    assert len(shown) == 2
    assert all("CRITICAL  customer " in line and "AGE=90" in line for line in shown)
    assert done.stderr.endswith("2 alerts shown\n")
    rest = churn(*watch, "--limit", 1, "--json", environment=bank.environment)
    (last,) = json_lines(rest.stdout)
    assert last["attributes"]["risk"] == last["alert"]["risk"] == "critical"
    assert f"customer {last['alert']['id_client']}" not in done.stdout
    assert not bank.has_more_alerts()


@embedded_only
def test_dead_letters_say_why_and_never_what(bank: Bank) -> None:
    names = bank.stack.names
    broken = message({"id_client": "Dupont"}, attempt=2, ce_id="1")
    letter = dead_letter(broken, InvalidEvent("id_client: must be a whole number"), "s")
    publish(bank, names.dead_letter_topic, [letter, letter])
    watch = ("watch", "--dead-letters", "--subscription", names.dead_letter_watch, "--limit", 1)
    line = churn(*watch, environment=bank.environment)
    assert "InvalidEvent  in decode after 2 attempts  id_client: must be a whole" in line.stdout
    (shown,) = json_lines(churn(*watch, "--json", environment=bank.environment).stdout)
    assert (shown["error"], shown["stage"], shown["attempts"]) == ("InvalidEvent", "decode", 2)
    assert "Dupont" not in line.stdout + str(shown)


def test_a_subscription_of_ones_own_lives_only_while_watching(bank: Bank) -> None:
    with churn_running("watch", "--from-topic", environment=bank.environment) as watching:
        assert watching.stderr is not None
        first = watching.stderr.readline()
        subscription = first.removeprefix("watching ").partition(";")[0]
        subscriber = bank.stack.pubsub.subscriber
        listed = f"projects/{bank.stack.names.project}"
        assert subscription in [each.name for each in subscriber.list_subscriptions(project=listed)]
        publish(bank, bank.stack.names.alert_topic, alerts(5))
        assert watching.stdout is not None
        assert "customer 5" in watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        _, errors = watching.communicate(timeout=30)
    assert watching.returncode == 0
    assert errors == "1 alerts shown\n"
    assert subscription not in [each.name for each in subscriber.list_subscriptions(project=listed)]


@embedded_only
def test_a_subscription_that_does_not_exist_is_one_line(bank: Bank) -> None:
    done = churn("watch", "--subscription", "nowhere", environment=bank.environment)
    assert done.returncode == 1
    assert done.stderr == (
        "churn: projects/churn-local/subscriptions/nowhere does not exist: create it, or set "
        "--subscription to one that does\n"
    )


@embedded_only
def test_something_else_in_the_topic_is_told_and_does_not_come_again(bank: Bank) -> None:
    names = bank.stack.names
    publish(bank, names.alert_topic, [OutgoingMessage(b"no alert", {})])
    done = churn(
        *("watch", "--subscription", names.alert_watch, "--limit", 1),
        environment=bank.environment,
    )
    assert done.returncode == 0
    assert "is no alert" in done.stdout
    assert not bank.has_more_alerts()
