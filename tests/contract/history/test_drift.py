"""`churn drift` on a real database: the server counts as the worker does."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import orjson
import pytest
import sqlalchemy
from click.testing import CliRunner, Result

from consumer.drift import Layout
from consumer.errors import ChurnError, ResourceMissing
from consumer.frames import frame_of
from consumer.history import SqlHistory
from consumer.message import Message
from consumer.settings import PostgresqlSettings
from schemas.alerts import ModelReference
from schemas.manifest import Value
from tests.builders import NOON, LogisticModel, update
from tests.drift import COLUMNS, DIGEST, REFERENCE, stored_model
from tests.history import AT_RISK, history_of, rows, worked
from tests.model_source import constant_model
from tools.cli import command_line, main
from tools.drift_history import Period, count, scored_within

LAYOUT = Layout.of(REFERENCE, COLUMNS)
MODEL = LogisticModel(reference=ModelReference(name="Churn", version="7 [beta]", sha256=DIGEST))
OTHER = constant_model(columns=("AGE", "SALAIRE"))
DAY = timedelta(days=1)
EVER = Period(NOON - DAY, NOON + DAY)
CUSTOMERS: tuple[tuple[Value, Value], ...] = (
    *((29, "France"), (30, "Allemagne"), (39, "Atlantis"), (40, None), (70, "france")),
    *((None, "France"), (None, None), (55, "Allemagne"), (18, "x"), (30, "France")),
)


@pytest.fixture(autouse=True)
def _settings_from_environment(
    fresh_database: PostgresqlSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("username", "database", "unix_socket", "port"):
        monkeypatch.setenv(f"CHURN_POSTGRESQL__{key.upper()}", str(getattr(fresh_database, key)))
    monkeypatch.setenv("CHURN_HISTORY__ENABLED", "true")
    monkeypatch.setenv("CHURN_MODEL__URI", str(stored_model(tmp_path)))


def drift(*options: str) -> Result:
    arguments = ("drift", "--since", "2024-05-01T00:00:00Z", *options)
    ran = CliRunner().invoke(command_line(arguments), arguments)
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran


def events(prefix: str = "e", times: int = 1) -> list[Message]:
    return [
        update(AT_RISK, event_id=f"{prefix}-{number}-{turn}", age=age, pays=country)
        for number, (age, country) in enumerate(CUSTOMERS)
        for turn in range(times)
    ]


def counted(engine: sqlalchemy.Engine, *periods: Period) -> list[int]:
    return [int(each) for each in count(engine, periods or [EVER], LAYOUT, DIGEST)]


def test_the_server_counts_what_the_worker_counts(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    worked(history, *events(), model=MODEL)
    scores = np.array([row[0] for row in rows(engine, "probability")])
    expected = LAYOUT.count(frame_of(COLUMNS, CUSTOMERS), scores)
    assert counted(engine) == expected.tolist()


def test_scores_are_those_of_the_model_and_inputs_those_of_all_events(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    worked(history, *events(), model=MODEL)
    before = LAYOUT.events(np.array(counted(engine)))
    worked(history, *events("other"), model=OTHER)
    after = LAYOUT.events(np.array(counted(engine)))
    assert (after - before).tolist() == [0, 10, 0], "the other model did not see the country"


def test_replays_are_left_out(history: SqlHistory, engine: sqlalchemy.Engine) -> None:
    replayed = [
        each._replace(attributes={**each.attributes, "ce-replay": "r-1"}) for each in events()
    ]
    worked(history, *replayed, model=MODEL)
    assert {row[0] for row in rows(engine, "replay_id")} == {"r-1"}
    assert not any(counted(engine))
    assert scored_within(engine, EVER) is None


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(
    engine: sqlalchemy.Engine,
) -> None:
    times = [NOON + timedelta(hours=hours) for hours in (0, 5, 6, 13, 24)]
    for number, each in enumerate(times):
        worked(history_of(engine, now=each), *events(str(number)), model=MODEL)
    scored = scored_within(engine, Period(times[1], times[4]))
    assert scored is not None
    assert (scored.since, scored.until) == (times[1], times[3] + timedelta(microseconds=1))
    slices = list(scored.slices())
    assert len(slices) == 2
    assert LAYOUT.events(np.array(counted(engine, *slices))).tolist() == [30, 30, 30]


def test_the_command_says_which_feature_drifted_and_what_moved(history: SqlHistory) -> None:
    worked(history, *events(times=60), model=MODEL)
    said = orjson.loads(drift("--json").stdout)
    assert said["model"] == {"name": "Churn", "version": "7 [beta]", "sha256": DIGEST}
    by_name = {each["feature"]: each for each in said["features"]}
    assert list(by_name) == ["score", "PAYS", "AGE"]
    age = by_name["AGE"]
    assert (age["events"], age["verdict"], age["bin"]) == (600, "act", "[30, 40)")
    assert (age["expected"], age["actual"]) == (0.5, 0.3)
    table = drift().stdout
    assert "Churn 7 [beta]" in table
    assert "[30, 40)" in table
    assert [line.split("│")[1].strip() for line in table.splitlines() if "│" in line] == [
        *("score", "PAYS", "AGE")
    ]


def test_few_events_are_no_verdict_and_a_model_that_never_scored_has_none(
    history: SqlHistory,
) -> None:
    worked(history, *events(), model=OTHER)
    found = {each["feature"]: each for each in orjson.loads(drift("--json").stdout)["features"]}
    assert (found["AGE"]["events"], found["AGE"]["verdict"]) == (10, "too few")
    assert (found["score"]["events"], found["score"]["psi"]) == (0, None)
    assert "too few" in drift().stdout


def test_another_model_can_be_compared(history: SqlHistory, tmp_path: Path) -> None:
    worked(history, *events(), model=MODEL)
    folder = tmp_path / "candidate"
    folder.mkdir()
    without_country = REFERENCE.model_copy(update={"categories": {}})
    said = orjson.loads(
        drift("--json", "--model", str(stored_model(folder, without_country))).stdout
    )
    assert [each["feature"] for each in said["features"]] == ["score", "AGE"]


def test_an_empty_history_is_told() -> None:
    with pytest.raises(ChurnError, match=r"no event that was scored between 2024-05-01T00:00:00Z"):
        drift()


def test_a_history_that_is_off_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_HISTORY__ENABLED", "false")
    with pytest.raises(ChurnError, match=r"history is off.*history\.enabled"):
        drift()


def test_missing_tables_are_told(engine: sqlalchemy.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE churn_migrations, score_history, alert_state")
    with pytest.raises(ResourceMissing, match="churn migrate"):
        drift()


def test_a_model_without_a_reference_is_told(tmp_path: Path) -> None:
    stored_model(tmp_path, None)
    with pytest.raises(ChurnError, match=r"model\.pkl does not say what it was trained on"):
        drift()


def test_a_pickle_that_is_not_the_manifests_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"another")
    with pytest.raises(ChurnError, match="its manifest says"):
        drift()


def test_a_time_that_ends_before_it_begins_is_wrong_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["drift", "--since", "2024-05-02T00:00:00Z", "--until", "2024-05-01T00:00:00Z"])
    assert ended.value.code == 2
    assert "--since must be before --until" in " ".join(capsys.readouterr().err.split())
