"""A sample of invented customers: small files, the generator that made them, and a model.

The files are shaped like the bank's tables. ``python -m tools.sample`` writes them anew.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.sample.customers import generate
from tools.tables_csv import read_customers, read_indicators

if TYPE_CHECKING:
    from tools.training import TrainedModel

__all__ = ["CUSTOMER_CSV", "INDICATORS_CSV", "generate", "sample_model"]

CUSTOMER_CSV: Final = Path(__file__).with_name("customer.csv")
INDICATORS_CSV: Final = Path(__file__).with_name("indicators.csv")

COUNT: Final = 1_000
SEED: Final = 20_210_101
AS_OF: Final = date(2021, 1, 1)
"""Every customer came before this day; the sample model counts tenure to it."""


def sample_model() -> "TrainedModel":
    """Train on the sample files; the same bytes each time, in about a second."""
    # Imported here: who only wants the rows should not wait for scikit-learn.
    from tools.training import train_model  # noqa: PLC0415

    return train_model(
        read_customers(CUSTOMER_CSV),
        read_indicators(INDICATORS_CSV),
        as_of=AS_OF,
        name="ChurnModelFinal",
        version="sample-1",
        seed=0,
        repeats=1,
        clock=lambda: datetime(AS_OF.year, AS_OF.month, AS_OF.day, tzinfo=UTC),
    )
