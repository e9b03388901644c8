"""What is refused, and what the refusal says: keys and places, never a value."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from consumer.errors import BadSettings
from consumer.settings import load_settings
from tests.unit.settings.refusal import refusal, write


def test_all_problems_stand_in_one_line() -> None:
    message = refusal("api:\n  port: x\n", {"CHURN_LOG__LEVEL": "loud"})
    assert "api.port" in message
    assert "config.yml, line 2" in message
    assert "log.level" in message
    assert "the environment" in message


def test_broken_yaml_is_named_with_line_and_column() -> None:
    assert "config.yml, line 3, column 1" in refusal("api:\n  port: [1\n")


def test_a_key_set_twice_is_refused() -> None:
    assert refusal("api:\n  port: 1\n  port: 2\n") == (
        "config.yml, line 3: api.port is set twice; keep one"
    )


@pytest.mark.parametrize("text", ["just words", "- a\n- b\n"])
def test_a_file_without_sections_is_refused(text: str) -> None:
    assert "must hold sections" in refusal(text)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"missing\.yml: cannot be read: No such file"):
        load_settings(Path("missing.yml"), environ={})
    with pytest.raises(BadSettings, match="Is a directory"):
        load_settings(tmp_path, environ={})


def test_a_file_that_is_no_text_is_refused() -> None:
    Path("binary.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSettings, match="not UTF-8"):
        load_settings(Path("binary.yml"), environ={})
    with pytest.raises(BadSettings, match="characters that YAML does not allow"):
        load_settings(write("api: \x07", "bell.yml"), environ={})


@pytest.mark.parametrize(
    "text",
    [
        "postgresql: {password: hunter2, port: hunter2}",
        "postgresql:\n  password: *hunter2\n",
        "postgresql:\n  password: [hunter2, {hunter2: hunter2}]\n",
        "postgresql: {password: {hunter2: hunter2}}",
        "postgresql: {password: 'hunter2\n",
        "postgresql: {pasword: hunter2}",
        "postgresql: {password: hunter2, unix_socket: a, hostname: b}",
    ],
)
def test_no_refusal_repeats_a_value(text: str) -> None:
    assert "hunter2" not in refusal(text)


def test_the_settings_do_not_show_the_password() -> None:
    settings = load_settings(environ={"CHURN_POSTGRESQL__PASSWORD": "hunter2"})
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("overrides", "first", "second"),
    [
        ({"pubsub.max_messages": 10}, "pubsub.max_messages", "batch.max_events"),
        ({"pubsub.max_bytes": 10}, "pubsub.max_bytes", "batch.max_bytes"),
        (
            {"pubsub.max_messages": 2, "batch.max_events": 1},
            "pubsub.max_messages",
            "pubsub.streams",
        ),
        (
            {"postgresql.hostname": "h", "postgresql.unix_socket": "/s"},
            "postgresql.hostname",
            "postgresql.unix_socket",
        ),
        (
            {"postgresql.hostname": "h", "cloudsql.instance": "p:r:n"},
            "postgresql.hostname",
            "cloudsql.instance",
        ),
        (
            {"postgresql.unix_socket": "/s", "cloudsql.instance": "p:r:n"},
            "postgresql.unix_socket",
            "cloudsql.instance",
        ),
        ({"model.uri": "m.pkl", "gcs.bucket": "b"}, "model.uri", "gcs.bucket"),
        ({"model.uri": "m.pkl", "gcs.blob": "b"}, "model.uri", "gcs.blob"),
        ({"alerts.policy": "crossing"}, "alerts.policy", "history.enabled"),
        ({"alerts.cooldown_days": 1}, "alerts.cooldown_days", "history.enabled"),
        (
            {"history.enabled": True, "history.keep_days": 30, "alerts.cooldown_days": 31},
            "history.keep_days",
            "alerts.cooldown_days",
        ),
    ],
)
def test_what_cannot_work_together_is_refused_by_both_names(
    overrides: Mapping[str, object], first: str, second: str
) -> None:
    message = refusal(overrides=overrides)
    assert first in message
    assert second in message
    assert "set in the command line" in message


def test_crossing_works_with_the_history() -> None:
    settings = load_settings(
        overrides={"alerts.policy": "crossing", "history.enabled": True}, environ={}
    )
    assert settings.alerts.policy == "crossing"


@pytest.mark.parametrize(
    ("key", "value", "example"),
    [
        ("cloudsql.instance", "region:name", "project:region:name"),
        ("pubsub.subscription", "projects/p/topics/t", "projects/P/subscriptions/churn-worker"),
        ("pubsub.alert_topic", "projects/p/subscriptions/s", "projects/P/topics/churn-alerts"),
        ("model.sha256", "abc", "SHA-256"),
        ("model.allowed_globals", "os.system", "package.module:name"),
        ("model.allowed_globals", "joblib:parallel.os", "package.module:name"),
        ("deployment", "a/b", "staging"),
    ],
)
def test_a_malformed_name_is_explained_by_an_example(key: str, value: str, example: str) -> None:
    message = refusal(overrides={key: value})
    assert message.startswith(key)
    assert example in message
