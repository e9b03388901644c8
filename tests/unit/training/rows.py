"""Rows for training tests."""

from datetime import date
from typing import Any

from tools.tables_csv import CustomerRow, IndicatorsRow


def customer(id_client: int, **changes: Any) -> CustomerRow:
    ordinary = CustomerRow(
        id_client=id_client,
        date_entree=date(2018, 6, 1),
        nom="Belor",
        pays="France",
        sexe="H",
        age=40,
        membre_actif="Yes",
    )
    return ordinary.model_copy(update=changes)


def indicators(id_client: int, **changes: Any) -> IndicatorsRow:
    ordinary = IndicatorsRow(
        id_client=id_client,
        balance=1000.0,
        nb_produits=1,
        carte_credit="Yes",
        salaire=50_000.0,
        score_credit=600.0,
        churn="No",
    )
    return ordinary.model_copy(update=changes)


def bank(count: int = 60) -> tuple[list[CustomerRow], list[IndicatorsRow]]:
    """A small bank whose older customers leave."""
    ages = [20 + (7 * at) % 50 for at in range(count)]
    customers = [customer(at, age=age) for at, age in enumerate(ages)]
    churned = ["Yes" if age > 45 else "No" for age in ages]
    return customers, [indicators(at, churn=churn) for at, churn in enumerate(churned)]
