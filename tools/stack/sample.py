"""The sample's customers and its model, put into a stack."""

from tools.sample import CUSTOMER_CSV, INDICATORS_CSV, sample_model
from tools.stack.stack import Stack
from tools.tables_csv import read_customers, read_indicators
from tools.tables_sql import Seeded, seed_tables


def load_sample(stack: Stack) -> Seeded:
    """Seed the tables with the sample and store its model, which takes seconds to train.

    Raises:
        ChurnError: a part of the stack is away.
    """
    with stack.open_database() as database:
        seeded = seed_tables(
            database.engine, read_customers(CUSTOMER_CSV), read_indicators(INDICATORS_CSV)
        )
    model = sample_model()
    stack.put_model(model.pickle, model.manifest.model_dump_json(indent=2).encode())
    return seeded
