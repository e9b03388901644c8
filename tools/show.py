"""`churn show`: customers as the database has them."""

from collections.abc import Sequence
from typing import Annotated

import orjson
import typer

from consumer.database import open_database
from consumer.enrich import look_up
from consumer.errors import EventError
from consumer.ports import Profiles
from consumer.profiles import SqlProfiles
from schemas.tables import Profile
from tools.customers import CustomerIds, answer
from tools.options import Config
from tools.terminal import settings_of


def show(
    ids: CustomerIds,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="The only form there is.")] = False,
) -> None:
    """Show customers with their indicators, one JSON object a line, in the order asked.

    The name is never read. Exits with 1 when a customer is not in the database.

    Example: churn show 1001 1002
    """
    del as_json
    settings = settings_of(config)
    with open_database(settings.postgresql, settings.cloudsql) as database:
        found = find(ids, SqlProfiles(database.engine))
    answer(ids, found, lambda profile: orjson.dumps(profile._asdict()).decode())


def find(ids: Sequence[int], profiles: Profiles) -> list[Profile | EventError]:
    """Give for each id its customer, or why there is none, in order.

    Raises:
        DependencyDown: the database is away.
        WorkerBroken: tables or permissions are missing.
    """
    found = look_up(ids, profiles)
    return [found[customer] for customer in ids]
