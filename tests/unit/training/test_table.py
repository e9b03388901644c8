from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from consumer.features import columns_of
from consumer.frames import frame_of_columns
from consumer.stages import Enriched
from schemas.events import CustomerEvent, CustomerUpdate
from schemas.tables import Profile
from tests.builders import message
from tests.unit.training.rows import bank, customer, indicators
from tools.errors import BadInput
from tools.training.table import training_table

AS_OF = date(2021, 1, 1)


def test_tenure_is_counted_to_the_stated_day() -> None:
    customers, facts = bank()
    customers[0] = customer(0, date_entree=date(2020, 12, 31))
    customers[1] = customer(1, date_entree=None)
    frame = training_table(customers, facts, as_of=AS_OF).frame
    assert frame["DATE_ENTREE"].iloc[0] == 1.0
    assert np.isnan(frame["DATE_ENTREE"].iloc[1])
    assert frame["DATE_ENTREE"].iloc[2] == (AS_OF - date(2018, 6, 1)).days


def test_the_training_sees_a_customer_as_the_worker_does() -> None:
    customers, facts = bank()
    table = training_table(customers, facts, as_of=AS_OF)
    known = customers[0].model_dump(exclude={"nom"}) | facts[0].model_dump()
    update = CustomerUpdate(id_client=known["id_client"])
    event = CustomerEvent("crm", "1", datetime(2021, 1, 1, 12, tzinfo=UTC), update)
    row = Enriched(message({}), event, Profile(**known))
    by_worker = frame_of_columns(columns_of([row], list(table.frame.columns)))
    pd.testing.assert_frame_equal(by_worker, table.frame.iloc[[0]])


def test_without_a_stated_day_the_date_is_left_out() -> None:
    table = training_table(*bank(), as_of=None)
    assert "DATE_ENTREE" not in table.frame
    assert [feature.column for feature in table.columns] == list(table.frame.columns)


def test_a_model_never_sees_id_name_or_label() -> None:
    table = training_table(*bank(), as_of=AS_OF)
    assert not {"ID_CLIENT", "NOM", "CHURN"} & set(table.frame.columns)
    assert not (table.frame == "Belor").any(axis=None)


def test_only_customers_with_a_known_churn_are_learned_from() -> None:
    customers, facts = bank()
    facts[0] = facts[0].model_copy(update={"churn": None})
    del facts[1]
    customers.append(customer(10_000))
    table = training_table(customers, facts, as_of=None)
    assert len(table.frame) == len(table.churned) == 58


def test_nulls_are_nan_in_numbers_and_none_in_categories() -> None:
    customers, facts = bank()
    customers[0] = customer(0, pays=None, age=None)
    facts[0] = indicators(0, carte_credit=None, balance=None)
    row = training_table(customers, facts, as_of=None).frame.iloc[0]
    assert row["PAYS"] is None
    assert row["CARTE_CREDIT"] is None
    assert np.isnan([row["AGE"], row["BALANCE"]]).all()


def test_the_order_of_the_files_does_not_matter() -> None:
    customers, facts = bank()
    table = training_table(customers, facts, as_of=None)
    turned = training_table(customers[::-1], facts[::-1], as_of=None)
    assert table.sha256 == turned.sha256
    assert table.frame.equals(turned.frame)


def test_the_digest_follows_every_value_but_the_name() -> None:
    customers, facts = bank()
    digest = training_table(customers, facts, as_of=None).sha256
    renamed = [row.model_copy(update={"nom": "Wenzor"}) for row in customers]
    older = [customer(0, age=41), *customers[1:]]
    assert training_table(renamed, facts, as_of=None).sha256 == digest
    assert training_table(older, facts, as_of=None).sha256 != digest


@pytest.mark.parametrize(("churn", "missing"), [("Yes", "No"), ("No", "Yes")])
def test_one_class_alone_is_refused(churn: str, missing: str) -> None:
    customers, facts = bank()
    facts = [row.model_copy(update={"churn": churn}) for row in facts]
    with pytest.raises(BadInput, match=f"0 customers have CHURN {missing}"):
        training_table(customers, facts, as_of=None)


def test_a_column_with_hardly_a_value_is_left_out() -> None:
    customers, facts = bank()
    few = [
        row.model_copy(update={"balance": None}) if at >= 9 else row for at, row in enumerate(facts)
    ]
    assert "BALANCE" not in training_table(customers, few, as_of=None).frame
    few[9] = facts[9]
    assert "BALANCE" in training_table(customers, few, as_of=None).frame


def test_customers_of_whom_nothing_is_known_are_refused() -> None:
    nothing = [
        customer(at, date_entree=None, pays=None, sexe=None, age=None, membre_actif=None)
        for at in range(60)
    ]
    unknown = dict.fromkeys(("balance", "nb_produits", "carte_credit", "salaire", "score_credit"))
    facts = [row.model_copy(update=unknown) for row in bank()[1]]
    with pytest.raises(BadInput, match="no column has 10 values"):
        training_table(nothing, facts, as_of=date(2021, 1, 1))
