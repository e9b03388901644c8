"""Customers' profiles, looked up in a real PostgreSQL, reached in each of the three ways."""

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
import sqlalchemy

from consumer.database import Database
from consumer.errors import UnprocessableRow
from consumer.profiles import QUERY, SqlProfiles
from schemas.tables import MAX_ID, Profile
from tools.stack.postgres import Postgres
from tools.tables_csv import CustomerRow, IndicatorsRow
from tools.tables_sql import seed_tables

ADA = Profile(
    id_client=1,
    date_entree=date(2018, 6, 1),
    pays="Allemagne",
    sexe="F",
    age=42,
    membre_actif="Yes",
    balance=83_807.86,
    nb_produits=2,
    carte_credit="No",
    salaire=101_348.88,
    score_credit=619.5,
    churn="Yes",
)


def customer(profile: Profile, nom: str = "Durand") -> CustomerRow:
    return CustomerRow.model_validate({"nom": nom} | _as_texts(profile, CustomerRow))


def indicators(profile: Profile) -> IndicatorsRow:
    return IndicatorsRow.model_validate(_as_texts(profile, IndicatorsRow))


def _as_texts(profile: Profile, row: type[CustomerRow] | type[IndicatorsRow]) -> dict[str, Any]:
    wanted = [name for name in Profile._fields if name in row.model_fields]
    values = {name: getattr(profile, name) for name in wanted}
    return {name: None if value is None else str(value) for name, value in values.items()}


def fill(database: Database, profiles: Iterable[Profile]) -> None:
    kept = list(profiles)
    seed_tables(database.engine, map(customer, kept), map(indicators, kept))


def execute(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_profile_has_every_column_with_the_types_of_the_tables(reached: Database) -> None:
    fill(reached, [ADA])

    found = SqlProfiles(reached.engine).lookup([1])

    assert found == {1: ADA}
    assert [type(value) for value in found[1]] == [type(value) for value in ADA]


def test_a_whole_amount_is_a_float_and_one_that_is_no_number_is_nan(reached: Database) -> None:
    fill(reached, [ADA._replace(balance=83_807.0)])
    execute(reached, "UPDATE indicators SET salaire = 'NaN'")

    [found] = SqlProfiles(reached.engine).lookup([1]).values()

    assert (found.balance, type(found.balance)) == (83_807.0, float)
    assert found.salaire is not None
    assert math.isnan(found.salaire)


def test_an_unknown_id_is_absent_from_what_is_found(reached: Database) -> None:
    fill(reached, [ADA])

    assert set(SqlProfiles(reached.engine).lookup([1, 2, -7])) == {1}


def test_an_id_asked_for_twice_is_found_once(reached: Database) -> None:
    fill(reached, [ADA])

    assert SqlProfiles(reached.engine).lookup([1, 1, 1]) == {1: ADA}


def test_asking_for_nobody_finds_nobody(reached: Database) -> None:
    assert SqlProfiles(reached.engine).lookup([]) == {}


def test_a_customer_without_indicators_has_nulls_for_them(reached: Database) -> None:
    seed_tables(reached.engine, [customer(ADA)], [])

    found = SqlProfiles(reached.engine).lookup([1])[1]

    assert found.pays == "Allemagne"
    assert {found.balance, found.nb_produits, found.carte_credit, found.churn} == {None}


def test_indicators_without_a_customer_are_nobody(reached: Database) -> None:
    seed_tables(reached.engine, [], [indicators(ADA)])

    assert SqlProfiles(reached.engine).lookup([1]) == {}


def test_a_thousand_ids_are_one_query(reached: Database) -> None:
    fill(reached, [Profile(id_client=id_client, pays="France") for id_client in range(1_000)])
    statements: list[str] = []
    sqlalchemy.event.listen(
        reached.engine, "before_cursor_execute", lambda *given: statements.append(given[2])
    )

    found = SqlProfiles(reached.engine).lookup(range(1_000))

    assert sorted(found) == list(range(1_000))
    assert len(statements) == 1


@pytest.mark.parametrize("edge", [MAX_ID, -MAX_ID - 1, 0])
def test_the_ids_at_the_edges_of_the_column_are_found(reached: Database, edge: int) -> None:
    fill(reached, [Profile(id_client=edge)])

    assert set(SqlProfiles(reached.engine).lookup([edge])) == {edge}


@pytest.mark.parametrize("beyond", [MAX_ID + 1, -MAX_ID - 2, 10**30])
def test_an_id_beyond_the_column_makes_the_row_unprocessable(
    reached: Database, beyond: int
) -> None:
    with pytest.raises(UnprocessableRow, match="22003") as refused:
        SqlProfiles(reached.engine).lookup([1, beyond])

    assert str(beyond) not in str(refused.value)


def test_after_an_unprocessable_row_the_next_lookup_works(reached: Database) -> None:
    fill(reached, [ADA])
    profiles = SqlProfiles(reached.engine)
    with pytest.raises(UnprocessableRow):
        profiles.lookup([MAX_ID + 1])

    assert profiles.lookup([1]) == {1: ADA}


@pytest.mark.parametrize("entered", ["infinity", "12000-01-01", "0044-03-15 BC"])
def test_a_date_that_python_does_not_have_makes_the_row_unprocessable(
    reached: Database, entered: str
) -> None:
    fill(reached, [ADA])
    execute(reached, f"UPDATE customer SET date_entree = '{entered}'")

    with pytest.raises(UnprocessableRow, match="date_entree"):
        SqlProfiles(reached.engine).lookup([1])


def test_dates_are_read_the_same_where_the_database_writes_them_another_way(
    reached: Database, postgres: Postgres
) -> None:
    fill(reached, [ADA])
    execute(reached, f"ALTER DATABASE {postgres.database} SET DateStyle = 'German'")
    reached.engine.dispose()
    try:
        assert SqlProfiles(reached.engine).lookup([1]) == {1: ADA}
    finally:
        execute(reached, f"ALTER DATABASE {postgres.database} RESET DateStyle")


def test_tables_of_the_banks_own_with_text_and_numeric_columns_give_the_same_profile(
    reached: Database,
) -> None:
    fill(reached, [ADA])
    execute(reached, "ALTER TABLE customer ALTER id_client TYPE integer")
    execute(reached, "ALTER TABLE customer ALTER date_entree TYPE text")
    execute(reached, "ALTER TABLE customer ALTER age TYPE text")
    execute(reached, "ALTER TABLE indicators ALTER balance TYPE numeric")
    execute(reached, "ALTER TABLE indicators ALTER nb_produits TYPE double precision")

    assert SqlProfiles(reached.engine).lookup([1]) == {1: ADA}


def test_text_in_a_column_that_must_be_a_number_makes_the_row_unprocessable(
    reached: Database,
) -> None:
    fill(reached, [ADA])
    execute(reached, "ALTER TABLE customer ALTER age TYPE text")
    execute(reached, "UPDATE customer SET age = 'Madame Durand'")

    with pytest.raises(UnprocessableRow) as refused:
        SqlProfiles(reached.engine).lookup([1])

    assert "Durand" not in str(refused.value)


def test_the_name_is_never_selected() -> None:
    assert "nom" not in str(QUERY).replace(",", " ").replace(".", " ").split()


@pytest.mark.parametrize("amount", ["balance", "salaire", "score_credit"])
def test_an_infinite_amount_is_about_that_row_alone(database: Database, amount: str) -> None:
    fill(database, [ADA])
    execute(database, f"UPDATE indicators SET {amount} = '-Infinity'")

    with pytest.raises(UnprocessableRow, match=amount):
        SqlProfiles(database.engine).lookup([1])
