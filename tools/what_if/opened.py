"""What a comparison works with, made from settings and options."""

from collections.abc import Mapping

from consumer.database import open_database
from consumer.settings import Settings
from tools.what_if.contenders import Contender, contender
from tools.what_if.findings import About
from tools.what_if.newest import Ints
from tools.what_if.truth import ReadTruth, read_truth
from tools.what_if.work import StoredModel, Work

STATEMENT_TIMEOUT_MS = 600_000
"""Asking about all customers takes longer than a worker's lookup may."""

Named = tuple[str, float | None]
"""Where a model lies, and the threshold that goes before the settings' and its own."""


def contenders(
    settings: Settings, current: tuple[str | None, float | None], candidate: Named
) -> tuple[Contender, Contender]:
    """Load both models; ``model.sha256`` pins the one that the settings name, and no other.

    Args:
        settings: name the current model where ``current`` does not.
        current: where it lies and its threshold, both as far as they are given.
        candidate: the other model.

    Raises:
        ChurnError: a model is missing, or fails a check.
    """
    uri, threshold = current
    if uri is None:
        uri, pinned = settings.model_location, settings.model.sha256
    else:
        pinned = None
    return (
        contender(settings, uri, threshold=threshold, sha256=pinned),
        contender(settings, candidate[0], threshold=candidate[1]),
    )


def work_of(settings: Settings, about: About) -> Work:
    """Tell processes which models they load; another one in the same place is refused."""
    return Work(settings, _stored(about.current), _stored(about.candidate), about.thresholds)


def _stored(side: Contender) -> StoredModel:
    return StoredModel(side.uri, side.model.reference.sha256)


def asking(settings: Settings) -> ReadTruth:
    """Give what asks the database of the settings who has left."""
    timeout = {"statement_timeout_ms": STATEMENT_TIMEOUT_MS}
    patient = settings.postgresql.model_copy(update=timeout)

    def ask(ids: Ints) -> Mapping[int, bool]:
        with open_database(patient, settings.cloudsql) as database:
            return read_truth(database.engine, ids)

    return ask
