"""Each event gets its customer's profile, by one query for the whole batch."""

from collections.abc import Sequence

from consumer.errors import EventError, UnknownCustomer
from consumer.features import carries, names_of
from consumer.isolate import isolate
from consumer.ports import Profiles
from consumer.stages import Decoded, Enriched, Failed
from schemas.tables import Profile


def enrich(
    decoded: Sequence[Decoded], profiles: Profiles, columns: Sequence[str]
) -> tuple[list[Enriched], list[Failed]]:
    """Look up the customers whose events do not carry every column of the model.

    Raises:
        DependencyDown: the database is away; nothing of the batch was decided.
    """
    needed = names_of(columns)
    enriched: list[Enriched] = []
    partial: list[Decoded] = []
    failed: list[Failed] = []
    for item in decoded:
        if carries(item.event, needed):
            enriched.append(Enriched(item.message, item.event, None, item.revision))
        else:
            partial.append(item)

    found = look_up([item.event.update.id_client for item in partial], profiles)
    for item in partial:
        profile = found[item.event.update.id_client]
        if isinstance(profile, EventError):
            failed.append(Failed(item.message, profile))
        else:
            enriched.append(Enriched(item.message, item.event, profile, item.revision))
    return enriched, failed


def look_up(ids: Sequence[int], profiles: Profiles) -> dict[int, Profile | EventError]:
    """Give every id its profile, or the error that is its own.

    Raises:
        DependencyDown: the database is away.
        WorkerBroken: tables or permissions are missing.
    """
    unique = list(dict.fromkeys(ids))

    def run(part: Sequence[int]) -> list[Profile | None]:
        known = profiles.lookup(part)
        return [known.get(customer) for customer in part]

    unknown = UnknownCustomer("the database has no such customer")
    found = zip(unique, isolate(run, unique), strict=True)
    return {customer: unknown if profile is None else profile for customer, profile in found}
