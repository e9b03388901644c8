"""`churn show`: customers as the database has them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer

from consumer.database import open_database
from consumer.errors import EventError, UnknownCustomer
from consumer.isolate import isolate
from consumer.ports import Profiles
from consumer.profiles import SqlProfiles
from schemas.tables import Profile
from tools.customers import CustomerIds, exit_with
from tools.terminal import settings_of


def show(
    ids: CustomerIds,
    config: Annotated[Path | None, typer.Option(help="YAML file of settings.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The only form there is.")] = False,
) -> None:
    """Show customers with their indicators, one JSON object a line, in the order asked.

    The name is never read. Exits with 1 when a customer is not in the database.

    Example: churn show 1001 1002
    """
    del as_json
    settings = settings_of(config)
    with open_database(settings.postgresql, settings.cloudsql) as database:
        found = list(find(ids, SqlProfiles(database.engine)))
    for profile in found:
        if isinstance(profile, Profile):
            typer.echo(orjson.dumps(profile).decode())
    exit_with(
        (customer, error)
        for customer, error in zip(ids, found, strict=True)
        if isinstance(error, EventError)
    )


def find(ids: Sequence[int], profiles: Profiles) -> Iterator[Profile | EventError]:
    """Give for each id its customer, or why there is none, in order.

    Raises:
        DependencyDown: the database is away.
        WorkerBroken: tables or permissions are missing.
    """

    def look_up(part: Sequence[int]) -> list[Profile | None]:
        known = profiles.lookup(part)
        return [known.get(customer) for customer in part]

    for found in isolate(look_up, ids):
        yield UnknownCustomer("the database has no such customer") if found is None else found
