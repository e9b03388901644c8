"""Customers that are named on the command line."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import typer

from consumer.errors import EventError, UnknownCustomer
from schemas.tables import MAX_ID
from tools.terminal import complain

T = TypeVar("T")

CustomerIds = Annotated[
    list[int],
    typer.Argument(metavar="ID", min=-MAX_ID - 1, max=MAX_ID, help="Ids of customers."),
]
"""Whole numbers that fit the column; anything else is wrong usage."""


def answer(ids: Sequence[int], found: Sequence[T | EventError], line: Callable[[T], str]) -> None:
    """Write a line for each customer that was found; complain of the others and exit with 1."""
    failed = []
    for customer, each in zip(ids, found, strict=True):
        if isinstance(each, EventError):
            failed.append((customer, each))
        else:
            typer.echo(line(each))
    for customer, error in failed:
        if isinstance(error, UnknownCustomer):
            complain(f"no customer {customer} in the database")
        else:
            complain(f"customer {customer}: {error}")
    if failed:
        raise typer.Exit(1)
