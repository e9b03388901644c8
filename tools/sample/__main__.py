"""Writes the sample files: ``python -m tools.sample``."""

import csv
from collections.abc import Sequence
from pathlib import Path

from tools.sample import COUNT, CUSTOMER_CSV, INDICATORS_CSV, SEED, generate
from tools.tables_csv import CustomerRow, IndicatorsRow


def write_table(path: Path, rows: Sequence[CustomerRow] | Sequence[IndicatorsRow]) -> None:
    """Write rows under an upper-case header; null becomes an empty field."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(name.upper() for name in type(rows[0]).model_fields)
        table.writerows(row.model_dump(mode="json").values() for row in rows)


def main() -> None:
    """Write both files anew."""
    customers, indicators = generate(COUNT, SEED)
    write_table(CUSTOMER_CSV, customers)
    write_table(INDICATORS_CSV, indicators)


if __name__ == "__main__":
    main()
