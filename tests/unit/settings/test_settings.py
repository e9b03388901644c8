"""What can be set, what is refused, and what the refusal says."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from consumer.errors import BadSettings
from consumer.settings import ApiSettings, Settings, load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "config.yml") -> Path:
    path = Path(name)
    path.write_text(text, "utf-8")
    return path


def refusal(
    text: str = "",
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> str:
    with pytest.raises(BadSettings) as caught:
        load_settings(write(text), overrides, environ or {})
    message = str(caught.value)
    assert "\n" not in message
    return message


CHAOS = """
postgresql:
  username: chaos
  password: "0123"
  hostname: 10.1.2.3
  port: "5432"
  database: churn
gcs:
  bucket: chaos-1
  blob: model/ChurnModelFinal.pkl
api:
  host: 0.0.0.0
  port: 8000
"""


def test_nothing_has_to_be_set_to_load() -> None:
    assert load_settings(environ={}) == Settings()


def test_the_file_of_the_old_service_still_works() -> None:
    settings = load_settings(write(CHAOS), environ={})
    assert settings.postgresql.username == "chaos"
    assert settings.postgresql.password is not None
    assert settings.postgresql.password.get_secret_value() == "0123"
    assert settings.postgresql.port == 5432
    assert settings.model_location == "gs://chaos-1/model/ChurnModelFinal.pkl"
    assert settings.api == ApiSettings(host="0.0.0.0", port=8000)


@pytest.mark.parametrize("written", ["0123", "'0123'", '"0123"'])
def test_an_unquoted_password_keeps_its_leading_zero(written: str) -> None:
    settings = load_settings(write(f"postgresql: {{password: {written}}}"), environ={})
    assert settings.postgresql.password is not None
    assert settings.postgresql.password.get_secret_value() == "0123"


def test_the_variable_names_the_file() -> None:
    write("api: {port: 9}", "elsewhere.yml")
    assert load_settings(environ={"CHURN_CONFIG": "elsewhere.yml"}).api.port == 9


def test_config_yml_in_the_working_folder_is_found_by_itself() -> None:
    write("api: {port: 9}")
    assert load_settings(environ={}).api.port == 9


def test_the_option_goes_before_the_variable_that_names_the_file() -> None:
    write("api: {port: 9}", "elsewhere.yml")
    other = write("api: {port: 10}", "option.yml")
    assert load_settings(other, environ={"CHURN_CONFIG": "elsewhere.yml"}).api.port == 10


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings(environ={}).api.port = 1  # type: ignore[misc]  # the very thing refused


def test_the_constructor_does_not_look_at_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API", '{"port": 9}')
    monkeypatch.setenv("DEPLOYMENT", "elsewhere")
    assert Settings().deployment == "local"
    assert Settings().api.port == 8080


def test_an_empty_section_and_a_null_and_an_empty_variable_are_not_set() -> None:
    file = write("gcs:\npubsub: {streams: null}\nbatch: {max_events: ~}\n")
    assert load_settings(file, {"api.port": None}, {"CHURN_LOG__LEVEL": ""}) == Settings()


def test_overrides_may_be_nested_or_dotted() -> None:
    nested = load_settings(overrides={"api": {"port": 1}}, environ={})
    assert nested == load_settings(overrides={"api.port": 1}, environ={})


def test_a_list_is_written_as_text_or_as_a_list() -> None:
    expected = ("sklearn.svm._classes:SVC", "numpy:ndarray")
    file = write("model: {allowed_globals: ['sklearn.svm._classes:SVC', 'numpy:ndarray']}")
    text = {"CHURN_MODEL__ALLOWED_GLOBALS": "sklearn.svm._classes:SVC, numpy:ndarray"}
    assert load_settings(file, environ={}).model.allowed_globals == expected
    assert load_settings(environ=text).model.allowed_globals == expected


def test_an_unknown_key_in_the_file_is_named_with_its_line_and_the_nearest_known_one() -> None:
    assert refusal("postgresql:\n  username: a\n  pasword: b\n") == (
        "unknown setting postgresql.pasword in config.yml, line 3; "
        "the nearest known one is postgresql.password"
    )


def test_an_unknown_section_is_named_once() -> None:
    assert refusal("postgres: {username: a, hostname: b}") == (
        "unknown setting postgres in config.yml, line 1; the nearest known one is postgresql"
    )


def test_an_unknown_variable_is_named_with_the_nearest_known_one() -> None:
    assert refusal(environ={"CHURN_PUBSUB_PROJECT": "p"}) == (
        "unknown setting CHURN_PUBSUB_PROJECT in the environment; "
        "the nearest known one is CHURN_PUBSUB__PROJECT"
    )


def test_an_unknown_option_is_named() -> None:
    assert "unknown setting api.prot in the command line" in refusal(overrides={"api.prot": 1})


def test_a_section_is_no_value() -> None:
    assert "CHURN_PUBSUB in the environment is a section" in refusal(environ={"CHURN_PUBSUB": "p"})
    assert "pubsub in config.yml, line 1 is a section" in refusal("pubsub: churn-worker")


def test_variables_that_kubernetes_puts_into_the_pod_are_no_settings() -> None:
    links = {
        "CHURN_WORKER_SERVICE_HOST": "10.0.0.1",
        "CHURN_WORKER_SERVICE_PORT": "8080",
        "CHURN_WORKER_SERVICE_PORT_HTTP": "8080",
        "CHURN_WORKER_PORT": "tcp://10.0.0.1:8080",
        "CHURN_WORKER_PORT_8080_TCP": "tcp://10.0.0.1:8080",
        "CHURN_WORKER_PORT_8080_TCP_ADDR": "10.0.0.1",
    }
    assert load_settings(environ=links) == Settings()


def test_a_single_underscore_is_still_a_mistake_beside_them() -> None:
    assert "CHURN_API__PORT" in refusal(environ={"CHURN_API_PORT": "8080"})


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


def test_ids_become_paths_in_the_project() -> None:
    settings = load_settings(environ={"CHURN_PUBSUB__PROJECT": "bank"})
    assert settings.subscription_path == "projects/bank/subscriptions/churn-worker"
    assert settings.alert_topic_path == "projects/bank/topics/churn-alerts"
    assert settings.dead_letter_topic_path == "projects/bank/topics/churn-dead-letters"


def test_full_paths_stay_and_need_no_project() -> None:
    full = "projects/other/topics/alerts"
    assert load_settings(environ={"CHURN_PUBSUB__ALERT_TOPIC": full}).alert_topic_path == full


def test_the_project_may_come_from_the_usual_variable() -> None:
    environ = {"GOOGLE_CLOUD_PROJECT": "usual"}
    assert load_settings(environ=environ).pubsub.project == "usual"
    assert load_settings(write("pubsub: {project: own}"), environ=environ).pubsub.project == "own"


def test_a_missing_project_is_named_only_when_it_is_needed() -> None:
    with pytest.raises(BadSettings, match=r"pubsub\.project.*GOOGLE_CLOUD_PROJECT"):
        _ = load_settings(environ={}).subscription_path


@pytest.mark.parametrize("given", [{}, {"gcs.bucket": "b"}, {"gcs.blob": "b"}])
def test_a_missing_model_is_named_only_when_it_is_needed(given: Mapping[str, object]) -> None:
    settings = load_settings(overrides=given, environ={})
    with pytest.raises(BadSettings, match=r"model\.uri.*gcs\.bucket and gcs\.blob"):
        _ = settings.model_location
