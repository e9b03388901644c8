"""`churn seed`: both tables replaced, or neither."""

from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from consumer.database import Database
from consumer.errors import ChurnError
from consumer.profiles import SqlProfiles
from consumer.settings import PostgresqlSettings
from tests import bank_data
from tests.bank_data import needs_bank_data
from tools.cli import command_line
from tools.errors import BadInput
from tools.tables_csv import CustomerRow
from tools.tables_sql import CHUNK_ROWS, seed_tables

CUSTOMERS = """ID_CLIENT,DATE_ENTREE,NOM,PAYS,SEXE,AGE,MEMBRE_ACTIF
1,2018-06-01,Hargrave,France,F,42,Yes
2,,"O'Neil, \\back\tslash",Espagne,H,,
"""
INDICATORS = """ID_CLIENT,BALANCE,NB_PRODUITS,CARTE_CREDIT,SALAIRE,SCORE_CREDIT,CHURN
1,83807.86,1,Yes,101348.88,619.0,Yes
"""


@pytest.fixture(autouse=True)
def _settings_from_environment(
    fresh_database: PostgresqlSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("username", "database", "unix_socket", "port"):
        monkeypatch.setenv(f"CHURN_POSTGRESQL__{key.upper()}", str(getattr(fresh_database, key)))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    customers, indicators = tmp_path / "customer.csv", tmp_path / "indicators.csv"
    customers.write_text(CUSTOMERS)
    indicators.write_text(INDICATORS)
    return customers, indicators


def run_seed(files: tuple[Path, Path], *options: str) -> str:
    arguments = ["seed", "-c", str(files[0]), "-i", str(files[1]), *options]
    ran = CliRunner().invoke(command_line(arguments), arguments)
    if ran.exception is not None:
        raise ran.exception
    return ran.stdout


def rows(database: Database, table: str) -> list[tuple[object, ...]]:
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id_client")
        return [tuple(row) for row in found]


def test_both_files_are_in_the_tables_afterwards(
    database: Database, files: tuple[Path, Path]
) -> None:
    said = run_seed(files)

    assert said == "2 customers and 1 indicators are in the database\n"
    assert [row[2] for row in rows(database, "customer")] == ["Hargrave", "O'Neil, \\back\tslash"]
    assert rows(database, "customer")[1][1] is None
    assert rows(database, "indicators") == [(1, 83807.86, 1, "Yes", 101348.88, 619.0, "Yes")]


def test_the_report_is_json_where_it_is_asked_for(files: tuple[Path, Path]) -> None:
    assert orjson.loads(run_seed(files, "--json")) == {"customers": 2, "indicators": 1}


def test_seeding_again_replaces_what_was_there(
    database: Database, files: tuple[Path, Path]
) -> None:
    run_seed(files)
    files[0].write_text(CUSTOMERS.replace("2,,", "3,,"))

    run_seed(files)

    assert [row[0] for row in rows(database, "customer")] == [1, 3]
    assert len(rows(database, "indicators")) == 1


def test_missing_tables_are_made(database: Database, files: tuple[Path, Path]) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE customer, indicators")

    run_seed(files)

    assert set(SqlProfiles(database.engine).lookup([1, 2])) == {1, 2}


@pytest.mark.parametrize(
    ("file", "broken", "told"),
    [
        (0, CUSTOMERS + "3,2018-13-01,Hill,France,F,42,Yes\n", r"customer\.csv:4: column DATE"),
        (1, INDICATORS + "2,much,1,Yes,1,1,Yes\n", r"indicators\.csv:3: column BALANCE"),
        (1, INDICATORS + "7,1,1,Yes,1,1,Yes\n", r"indicators\.csv: row 2 .* column ID_CLIENT"),
    ],
)
def test_a_bad_file_names_its_place_and_leaves_the_tables_as_they_were(
    database: Database, files: tuple[Path, Path], file: int, broken: str, told: str
) -> None:
    run_seed(files)
    before = rows(database, "customer"), rows(database, "indicators")
    files[file].write_text(broken)

    with pytest.raises(BadInput, match=told):
        run_seed(files)

    assert (rows(database, "customer"), rows(database, "indicators")) == before


def test_an_error_in_the_middle_of_the_copy_leaves_the_tables_as_they_were(
    database: Database, files: tuple[Path, Path]
) -> None:
    run_seed(files)

    with pytest.raises(ChurnError, match="23505") as refused:
        seed_tables(database.engine, [named(5, "Durand"), named(5, "Durand")], [])

    assert "Durand" not in str(refused.value)
    assert [row[0] for row in rows(database, "customer")] == [1, 2]


def test_readers_see_the_old_rows_until_the_new_ones_are_complete(
    database: Database, files: tuple[Path, Path]
) -> None:
    run_seed(files)
    seen: list[set[int]] = []

    def customers() -> Iterable[CustomerRow]:
        for id_client in range(10, 10 + 2 * CHUNK_ROWS):
            if id_client == 10 + CHUNK_ROWS:
                seen.append(set(SqlProfiles(database.engine).lookup([1, 2, 10])))
            yield named(id_client, "Durand")

    seed_tables(database.engine, customers(), [])

    assert seen == [{1, 2}]
    assert set(SqlProfiles(database.engine).lookup([1, 2, 10])) == {10}


def named(id_client: int, nom: str) -> CustomerRow:
    others = dict.fromkeys(("date_entree", "pays", "sexe", "age", "membre_actif"))
    return CustomerRow.model_validate({"id_client": id_client, "nom": nom, **others})


@needs_bank_data
def test_the_banks_own_files_are_loaded_whole(database: Database) -> None:
    said = run_seed((bank_data.CUSTOMERS, bank_data.INDICATORS), "--json")

    counted = orjson.loads(said)
    assert counted["customers"] == counted["indicators"] > 7_000
    with database.engine.connect() as connection:
        query = "SELECT count(*) FROM customer JOIN indicators USING (id_client)"
        assert connection.exec_driver_sql(query).scalar_one() == counted["customers"]
