"""`churn publish` against real servers: what a subscriber then receives."""

import json
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from google.pubsub_v1.types import PubsubMessage

from tests.churn_command import churn, churn_running
from tests.functional.bank import Bank
from tests.pubsub_fixtures import embedded_only
from tests.pubsub_puller import Puller
from tests.wait import wait_until

pytestmark = pytest.mark.functional

DATA = b'{"id_client": 7, "balance": 250.0}\n'
WRITTEN = b'{"attributes": {"ce-id": "w-1"}, "data": {"id_client": "broken"}}\n'
STRUCTURED = (
    b'{"specversion": "1.0", "type": "customer.updated", "source": "crm/paris", "id": "s-1",'
    b' "data": {"id_client": 8}}\n'
)


def waiting(bank: Bank) -> Puller:
    """The worker's own subscription, of which no worker takes anything."""
    names = bank.stack.names
    return Puller(bank.stack.pubsub.subscriber, names.subscription_path(names.subscription))


def received(bank: Bank, count: int) -> Sequence[PubsubMessage]:
    return [each.message for each in waiting(bank).pull(count)]


def test_each_form_of_a_line_reaches_the_workers_topic_in_binary_mode(
    bank: Bank, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(DATA + b"\n" + WRITTEN + STRUCTURED)
    done = churn("publish", file, "--json", environment=bank.environment)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["confirmed"] == 3
    assert report["topic"] == bank.stack.names.topic(bank.stack.names.input_topic)
    messages = {
        each.attributes["ce-source"]: each
        for each in received(bank, 3)
        if "ce-source" in each.attributes
    }
    assert messages["crm/cli"].data == DATA.strip()
    assert messages["crm/paris"].attributes["ce-id"] == "s-1"
    assert json.loads(messages["crm/paris"].data) == {"id_client": 8}


@embedded_only
def test_a_wrong_line_is_named_and_nothing_of_the_file_is_sent(bank: Bank, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(DATA + DATA + b"oops\n")
    done = churn("publish", file, environment=bank.environment)
    assert done.returncode == 1
    assert done.stderr.startswith(f"churn: {file}, line 3: is not JSON")
    assert waiting(bank).pull_once() == []


@embedded_only
def test_what_came_before_a_wrong_line_of_standard_input_is_sent_and_counted(bank: Bank) -> None:
    done = churn(
        "publish", "-", "--json", environment=bank.environment, stdin=DATA + STRUCTURED + b"oops\n"
    )
    assert done.returncode == 1
    assert "churn: standard input, line 3: is not JSON" in done.stderr
    assert json.loads(done.stdout)["confirmed"] == 2
    assert len(received(bank, 2)) == 2


@embedded_only
def test_sample_events_are_published_at_no_more_than_the_rate(bank: Bank) -> None:
    done = churn("publish", "--sample", 20, "--rate", 20, "--json", environment=bank.environment)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["confirmed"] == 20
    assert report["seconds"] >= 19 / 20
    ids = {json.loads(each.data)["id_client"] for each in received(bank, 20)}
    assert ids <= set(bank.customers)


def test_a_topic_that_does_not_exist_is_one_line(bank: Bank) -> None:
    done = churn("publish", "-", "--topic", "nowhere", environment=bank.environment, stdin=DATA)
    assert done.returncode == 1
    assert "churn: projects/churn-local/topics/nowhere does not exist" in done.stderr
    assert "--topic" in done.stderr
    assert done.stdout.startswith("0 events confirmed")


@embedded_only
def test_ctrl_c_says_how_many_were_confirmed(bank: Bank) -> None:
    with churn_running(
        *("publish", "--sample", 100_000, "--rate", 50, "--json"), environment=bank.environment
    ) as publishing:
        wait_until(lambda: len(waiting(bank).pull_once()) > 0, timeout=30, what="a first event")
        publishing.send_signal(signal.SIGINT)
        out, errors = publishing.communicate(timeout=30)
    assert publishing.returncode == 130
    assert errors == "churn: interrupted\n"
    assert 0 < json.loads(out)["confirmed"] < 100_000


@embedded_only
def test_without_a_subscription_to_ask_the_topic_has_its_usual_name(bank: Bank) -> None:
    settings = {**bank.environment, "CHURN_PUBSUB__SUBSCRIPTION": "nowhere"}
    done = churn("publish", "-", environment=settings, stdin=DATA)
    assert "churn: projects/churn-local/topics/customer-updates does not exist" in done.stderr
