"""Where settings may stand, and how what stands there is read."""

import pytest

from consumer.settings import ApiSettings, Settings, load_settings
from tests.unit.settings.refusal import write

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


def test_the_project_may_come_from_the_usual_variable() -> None:
    environ = {"GOOGLE_CLOUD_PROJECT": "usual"}
    assert load_settings(environ=environ).pubsub.project == "usual"
    assert load_settings(write("pubsub: {project: own}"), environ=environ).pubsub.project == "own"
