"""The tables that a model is trained on come out of a real database."""

import pytest

from consumer.database import Database
from tests.unit.training.rows import bank, customer, indicators
from tools.errors import BadInput
from tools.sample import CUSTOMER_CSV, INDICATORS_CSV
from tools.tables_csv import read_customers, read_indicators
from tools.tables_sql import seed_tables
from tools.training.database import read_tables
from tools.training.table import training_table


def test_the_database_gives_the_same_training_table_as_the_files(database: Database) -> None:
    customers, facts = list(read_customers(CUSTOMER_CSV)), list(read_indicators(INDICATORS_CSV))
    seed_tables(database.engine, customers, facts)
    by_files = training_table(customers, facts, as_of=None)
    by_database = training_table(*read_tables(database.engine), as_of=None)
    assert by_database.sha256 == by_files.sha256
    assert by_database.frame.equals(by_files.frame)


def test_no_name_is_read(database: Database) -> None:
    seed_tables(database.engine, *bank())
    assert {row.nom for row in read_tables(database.engine)[0]} == {None}


def test_a_value_that_no_event_may_have_is_named_by_its_place_alone(database: Database) -> None:
    odd = customer(7).model_copy(update={"sexe": "secret"})
    seed_tables(database.engine, [odd], [indicators(7)])
    with pytest.raises(BadInput, match=r"table customer, id_client 7: column sexe: .*mend") as told:
        read_tables(database.engine)
    assert "secret" not in str(told.value)
