"""Customers that are named on the command line."""

from collections.abc import Iterable
from typing import Annotated

import typer

from consumer.errors import EventError, UnknownCustomer
from schemas.tables import MAX_ID
from tools.terminal import complain

CustomerIds = Annotated[
    list[int],
    typer.Argument(metavar="ID", min=-MAX_ID - 1, max=MAX_ID, help="Ids of customers."),
]
"""Whole numbers that fit the column; anything else is wrong usage."""


def exit_with(errors: Iterable[tuple[int, EventError]]) -> None:
    """Say for each customer what went wrong, and exit with 1 if anything did."""
    failed = list(errors)
    for customer, error in failed:
        if isinstance(error, UnknownCustomer):
            complain(f"no customer {customer} in the database")
        else:
            complain(f"customer {customer}: {error}")
    if failed:
        raise typer.Exit(1)
