"""`churn bench growth`: the pairs, their databases, and what is aimed at."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from consumer.database import open_database
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from tests.churn_command import churn
from tools.bench.growth.customers import generate, ids
from tools.bench.growth.figures import LARGE, figures
from tools.bench.growth.pairs import (
    FEW_CUSTOMERS,
    LARGE_BACKLOG,
    MANY_CUSTOMERS,
    ONE_WORKER,
    SMALL_BACKLOG,
    TWO_WORKERS,
    Side,
    Sizes,
    pairs_of,
)
from tools.bench.growth.play import Run
from tools.bench.watch import Measured
from tools.cli import main
from tools.tables_csv import CustomerRow, IndicatorsRow

SIZES = Sizes(events=20, backlog=300, customers=4, more_customers=500)
SIDES = {side.name: side for pair in pairs_of(SIZES) for side in (pair.small, pair.large)}
TINY = (
    *("--events", "200", "--backlog", "1000", "--customers", "50"),
    *("--more-customers", "5000", "--rounds", "1"),
)


def run(name: str, seconds: float, cpu_seconds: float) -> Run:
    measured = Measured(1_000, seconds, cpu_seconds, database_cpu_seconds=0.05, peak_bytes=0)
    return Run(SIDES[name], measured)


def grown(quantity: str, runs: Sequence[Run]) -> dict[str, tuple[float, ...]]:
    return {one.subject: one.values for one in figures(runs) if one.quantity.key == quantity}


def test_the_two_of_a_pair_differ_in_one_thing() -> None:
    backlog, customers, workers = pairs_of(SIZES)

    assert (backlog.small, backlog.large) == (Side(SMALL_BACKLOG, 20), Side(LARGE_BACKLOG, 300))
    assert customers.small == Side(FEW_CUSTOMERS, 20, customers=4)
    assert customers.large == Side(MANY_CUSTOMERS, 20, customers=500)
    assert (workers.small, workers.large) == (Side(ONE_WORKER, 20), Side(TWO_WORKERS, 20, None, 2))


def test_cost_and_time_are_compared_with_those_of_the_same_round() -> None:
    runs = [
        run(SMALL_BACKLOG, 2.0, 0.1),
        run(LARGE_BACKLOG, 3.0, 0.1),
        run(SMALL_BACKLOG, 1.0, 0.2),
        run(LARGE_BACKLOG, 1.0, 0.3),
    ]

    assert grown("cpu_growth", runs) == {LARGE_BACKLOG: pytest.approx((1.0, 1.5))}
    assert grown("time_growth", runs) == {LARGE_BACKLOG: pytest.approx((1.5, 1.0))}


def test_each_pair_has_its_target() -> None:
    runs = [
        *(run(name, 1.0, 0.1) for name in (SMALL_BACKLOG, FEW_CUSTOMERS, ONE_WORKER)),
        *(run(name, 1.1, 0.12) for name in (LARGE_BACKLOG, MANY_CUSTOMERS, TWO_WORKERS)),
    ]

    judged = {(one.quantity.key, one.subject): one.passed for one in figures(runs) if one.target}

    assert judged == {
        **{("cpu_growth", name): False for name in LARGE},
        **{("time_growth", name): True for name in LARGE},
    }


def test_of_runs_that_are_too_short_for_the_clock_of_cpu_a_ratio_is_still_a_number() -> None:
    runs = [run(ONE_WORKER, 0.001, 0.0), run(TWO_WORKERS, 0.001, 0.0)]

    assert grown("cpu_growth", runs) == {TWO_WORKERS: (1.0,)}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--events", "9"], "greater than or equal to 10"),
        (["--rounds", "0"], "greater than or equal to 1"),
        (["--by", "moon"], "'moon' is none of backlog, customers, workers"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: Sequence[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "growth", *arguments])
    assert ended.value.code == 2
    assert problem in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_its_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "growth", "--help"])
    assert ended.value.code == 0
    assert "Example: churn bench growth --by customers" in capsys.readouterr().out


@pytest.mark.long
def test_generated_customers_are_complete_and_valid(fresh_database: PostgresqlSettings) -> None:
    generate(fresh_database, 2_000)

    with (
        open_database(fresh_database, CloudsqlSettings()) as database,
        database.engine.begin() as sql,
    ):
        found = sql.exec_driver_sql("SELECT * FROM customer ORDER BY id_client").mappings().all()
        known = sql.exec_driver_sql("SELECT * FROM indicators ORDER BY id_client").mappings().all()
    customers = [CustomerRow.model_validate(dict(row)) for row in found]
    indicators = [IndicatorsRow.model_validate(dict(row)) for row in known]
    assert [row.id_client for row in customers] == list(ids(2_000))
    assert [row.id_client for row in indicators] == list(ids(2_000))
    assert {row.pays for row in customers} == {"France", "Espagne", "Allemagne"}
    assert {row.nb_produits for row in indicators} == {1, 2, 3, 4}


@pytest.mark.long
def test_every_pair_is_measured() -> None:
    done = churn("bench", "growth", *TINY, "--json", environment={})

    assert (done.returncode, done.stderr) == (0, "")
    document: Any = json.loads(done.stdout)
    assert document["options"]["more_customers"] == 5_000
    for quantity in ("cpu_growth", "time_growth"):
        subjects = [one["subject"] for one in document["figures"] if one["quantity"] == quantity]
        assert subjects == list(LARGE)
    speeds = [one for one in document["figures"] if one["quantity"] == "speed"]
    assert [one["subject"] for one in speeds] == list(SIDES)
