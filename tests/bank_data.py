"""Where a bank's real data lies; the project does not ship it, and tests skip without it."""

import os
from pathlib import Path

import pytest

_FOLDER = Path(
    os.environ.get("CHURN_BANK_DATA")
    or Path(__file__).parents[2] / "shared" / "data" / "bank_churn"
)

CUSTOMERS = _FOLDER / "customer.csv"
INDICATORS = _FOLDER / "indicators.csv"

needs_bank_data = pytest.mark.skipif(
    not CUSTOMERS.exists(),
    reason="the bank's data is not here; set CHURN_BANK_DATA to the folder of its CSV files",
)
