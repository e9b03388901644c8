"""The two tables from the database, read as strictly as from CSV files."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

import sqlalchemy
from pydantic import ValidationError

from consumer.database import translated
from tools.errors import BadInput
from tools.tables_csv import CustomerRow, IndicatorsRow

Row = TypeVar("Row", CustomerRow, IndicatorsRow)

# The name is not even read.
_CUSTOMERS: Final = sqlalchemy.text(
    "SELECT id_client, to_char(date_entree, 'YYYY-MM-DD') AS date_entree, NULL AS nom, pays, sexe, "
    "age, membre_actif FROM customer"
)
_INDICATORS: Final = sqlalchemy.text(
    "SELECT id_client, balance, nb_produits, carte_credit, salaire, score_credit, churn "
    "FROM indicators"
)


def read_tables(engine: sqlalchemy.Engine) -> tuple[list[CustomerRow], list[IndicatorsRow]]:
    """Read both tables, as they are at one moment.

    Raises:
        BadInput: a row holds a value that events may not have either.
        ChurnError: the database is away or refuses.
    """
    # One snapshot for both statements ("Transaction Isolation", PostgreSQL manual).
    still = engine.execution_options(isolation_level="REPEATABLE READ")
    with translated(), still.begin() as connection:
        customers = connection.execute(_CUSTOMERS).mappings().all()
        indicators = connection.execute(_INDICATORS).mappings().all()
    return (
        list(_rows(customers, CustomerRow, "customer")),
        list(_rows(indicators, IndicatorsRow, "indicators")),
    )


def _rows(records: Iterable[Any], row_type: type[Row], table: str) -> Iterator[Row]:
    for record in records:
        try:
            yield row_type.model_validate(dict(record))
        except ValidationError as invalid:
            first = invalid.errors(include_input=False, include_url=False)[0]
            raise BadInput(
                f"table {table}, id_client {record['id_client']}: column {first['loc'][0]}: "
                f"{first['msg'].removeprefix('Value error, ')}; mend the row"
            ) from None
