"""What is typed wrongly ends with 2 and says what to type; settings that are wrong end with 1."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer import BadParameter

from consumer.settings import Settings
from tests.churn_command import CHURN, churn
from tools.cli import command_line, main
from tools.resource_names import full_name
from tools.stack.environment import isolated

NAMES = ("run", "show", "score", "publish", "watch", "demo", "drift", "replay", "what-if")
HERE = {"CHURN_PUBSUB__PROJECT": "p", "CHURN_CONFIG": "/dev/null"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["show"], "Missing argument"),
        (["show", "x"], "valid integer"),
        (["show", "9223372036854775808"], "9223372036854775807"),
        (["score", "1", "--at", "yesterday"], "RFC 3339"),
        (["score", "1", "--at", "2024-05-01T09:30:00"], "RFC 3339"),
        (["publish"], "either a FILE"),
        (["publish", "events.jsonl", "--sample", "1"], "either a FILE"),
        (["publish", "--sample", "1", "--rate", "0"], "greater than or equal to 0.001"),
        (["watch", "--from-topic", "--subscription", "s"], "either --subscription"),
        (["watch", "--limit", "0"], "greater than or equal to 1"),
        (["demo", "--events", "0"], "greater than or equal to 1"),
        (["replay"], "Missing argument"),
        (["replay", "e.jsonl"], "--to TOPIC, --into-live"),
        (["replay", "e.jsonl", "--into-live", "--history-only"], "say where to"),
        (["replay", "dead-letters", "--history-only"], "dead letters were never scored"),
        (["replay", "e.jsonl", "--into-live", "--where", "colour=red"], "no such field"),
        (["replay", "e.jsonl", "--into-live", "--as-of"], "the source history"),
        (["replay", "retained", "--into-live"], "--from or --snapshot"),
        (["replay", "dead-letters", "--into-live", "--order"], "which can be read again"),
        (["replay", "e.jsonl", "--into-live", "--replay-id", "A B"], "lower-case letters"),
        (["what-if", "e.jsonl"], "Missing option"),
        (["emulator", "--port", "65536"], "less than or equal to 65535"),
        (["stack", "--pubsub", "localhost"], "is not HOST:PORT"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: Sequence[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert problem in " ".join(capsys.readouterr().err.replace("│", " ").split())


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"Example: churn {name}" in capsys.readouterr().out
    assert command_line([name]).commands[name].callback is not None


def test_run_ends_with_the_workers_own_exit_code() -> None:
    done = churn("run", "--config", "nowhere.yml", environment={})
    assert done.returncode == 1
    assert done.stderr == "churn: nowhere.yml: cannot be read: No such file or directory\n"


def test_a_file_of_events_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = churn("publish", tmp_path / "none.jsonl", environment=HERE)
    assert done.returncode == 1
    assert (
        done.stderr == f"churn: {tmp_path}/none.jsonl: cannot be read: No such file or directory\n"
    )


@pytest.mark.parametrize("name", ["projects/p", "projects/p/subscriptions/t-1", "a/b", "", "x y z"])
def test_what_is_no_name_of_a_topic_is_wrong_usage(name: str) -> None:
    with pytest.raises(BadParameter, match="neither an id nor projects/PROJECT/topics/ID"):
        full_name(Settings(), "topics", name, option="--topic")


def test_an_id_is_completed_by_the_project_and_a_full_name_stays() -> None:
    settings = Settings.model_validate({"pubsub": {"project": "p"}})
    assert full_name(settings, "topics", "upd", option="--topic") == "projects/p/topics/upd"
    assert full_name(settings, "topics", "projects/q/topics/upd", option="--topic").startswith(
        "projects/q/"
    )
    with pytest.raises(Exception, match="or give --topic projects/PROJECT/topics/upd"):
        full_name(Settings(), "topics", "upd", option="--topic")


def test_an_answer_that_cannot_be_written_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [CHURN, "doctor", "--json"],
            env=isolated({}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "churn: [Errno 28] No space left on device\n"
