"""`churn dead-letters` against a real server, and every command that its page shows."""

import base64
import json
import re
import shlex
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from consumer.dead_letter import dead_letter
from consumer.errors import EventError, InvalidEvent, UnknownCustomer
from consumer.message import Message
from tests.builders import message, update
from tests.churn_command import churn, json_lines
from tests.pubsub_fixtures import PubSub, embedded_only
from tests.pubsub_puller import Puller
from tests.unit.docs.pages import ROOT
from tools.emulator.dead_letter import PREFIX
from tools.stack.names import Names
from tools.stack.pubsub import PubSub as StackPubSub

pytestmark = [pytest.mark.functional, embedded_only]

NAME = "Zwyxnommer"
UNKNOWN = UnknownCustomer("the database has no such customer")
INVALID = InvalidEvent("the data is not JSON: line 1")
UNREADABLE = f'{{"nom": "{NAME}'.encode()


@dataclass(frozen=True)
class Letters:
    """A dead-letter topic with four dead letters, and who works on them."""

    environment: Mapping[str, str]
    watch: Puller
    ids: Sequence[str]
    """Two of unknown customers, one that nobody can read, one of Pub/Sub's own."""

    def run(self, *arguments: object) -> str:
        """Run a command that succeeds, and give what it prints."""
        done = churn("dead-letters", *arguments, "--quiet", 0.3, environment=self.environment)
        assert done.returncode == 0, done.stderr
        assert NAME.lower() not in (done.stdout + done.stderr).lower()
        return done.stdout

    def left(self) -> set[str]:
        """Tell which are still there, and give them back."""
        received = self.watch.pull_once()
        if received:
            self.watch.nack(received)
        return {each.message.message_id for each in received}


@pytest.fixture
def letters(pubsub: PubSub) -> Letters:
    """Give a project of its own with the usual names."""
    names = Names(project=pubsub.project())
    stack = StackPubSub(pubsub.address)
    stack.create(names)
    topic = names.topic(names.dead_letter_topic)

    def publish(data: bytes, attributes: Mapping[str, str]) -> str:
        return str(publisher.publish(topic, data, **attributes).result(10))

    def publish_letter(original: Message, error: EventError) -> str:
        letter = dead_letter(original, error, names.subscription_path(names.subscription))
        return publish(letter.data, letter.attributes)

    publisher = pubsub.publisher()
    ids = [
        publish_letter(update(1, event_id="e-1", nom=NAME), UNKNOWN),
        publish_letter(update(2, event_id="e-2", nom=NAME), UNKNOWN),
        publish_letter(message(UNREADABLE, {"nom": NAME}), INVALID),
        publish(b'{"id_client": 3}', {f"{PREFIX}DeliveryCount": "10"}),
    ]
    environment = {"PUBSUB_EMULATOR_HOST": pubsub.address, "CHURN_PUBSUB__PROJECT": names.project}
    path = names.subscription_path(names.dead_letter_watch)
    return Letters(environment, Puller(pubsub.subscriber(), path), ids)


def test_looking_shows_why_and_takes_nothing_off(letters: Letters, tmp_path: Path) -> None:
    listed = json_lines(letters.run("list", "--reason", "no such customer", "--json"))
    assert {each["message_id"] for each in listed} == set(letters.ids[:2])

    groups = json.loads(letters.run("groups", "--json"))
    found = [(each["error"], each["count"]) for each in groups["groups"]]
    assert groups["dead_letters"] == 4
    assert (found[0], set(found[1:])) == (
        ("UnknownCustomer", 2),
        {("InvalidEvent", 1), ("(none)", 1)},
    )

    shown = json.loads(letters.run("show", letters.ids[0], "--json"))
    assert shown["data"] == {"id_client": 1, "nom": "***"}
    assert shown["attributes"]["ce-id"] == "e-1"

    file = tmp_path / "letters.jsonl"
    assert "4 dead letters written" in letters.run("export", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = {each["message_id"]: each for each in json_lines(file.read_text())}
    assert base64.b64decode(written[letters.ids[2]]["data_base64"]) == UNREADABLE
    assert written[letters.ids[3]]["attributes"] == {}

    assert letters.left() == set(letters.ids)


def test_purging_takes_off_what_was_asked_for_and_only_that(letters: Letters) -> None:
    refused = churn("dead-letters", "purge", environment=letters.environment)
    assert refused.returncode == 1
    assert "say --yes where nobody can be asked" in refused.stderr
    report = json.loads(letters.run("purge", "--error", "UnknownCustomer", "--yes", "--json"))
    assert report == {"purged": 2, "left": 2, "complete": True}
    assert letters.left() == set(letters.ids[2:])


def test_a_subscription_that_is_none_of_dead_letters_is_one_line(letters: Letters) -> None:
    for name, problem in (
        (
            "nowhere",
            "gcloud pubsub subscriptions create projects/.*/subscriptions/nowhere --topic=",
        ),
        ("churn-worker", "is what the worker receives from, and holds no dead letters"),
    ):
        environment = {**letters.environment, "CHURN_PUBSUB__SUBSCRIPTION": "churn-worker"}
        done = churn("dead-letters", "list", "--subscription", name, environment=environment)
        assert done.returncode == 1
        assert re.fullmatch(rf"churn: .*{problem}.*\n", done.stderr)


@pytest.mark.long  # a unit test types each of them, too
def test_every_command_on_the_page_works(letters: Letters, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "dead-letters.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\$ churn (.*)$", page.replace("8213", letters.ids[3]), re.MULTILINE)
    for line in sorted(shown, key=lambda each: each.endswith("--publish")):
        sure = ["--yes"] if " purge " in line else []
        command = [*shlex.split(line), *sure]
        done = churn(*command, environment=letters.environment, folder=tmp_path)
        assert done.returncode == 0, f"{line}: {done.stderr}"
    assert letters.left() == set()
