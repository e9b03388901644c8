"""What the doctor examines, built from the settings when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from consumer.database import Database, open_database
from consumer.doctor.pubsub_probe import PubsubProbe
from consumer.model import LoadedModel, current_generation, load_model
from consumer.pubsub_errors import credentials_translated
from consumer.settings import ModelSettings, Settings


@dataclass(frozen=True, slots=True)
class Edges:
    """Openers, each called once at most; what they raise fails the check that called them."""

    open_database: Callable[[], Database]
    stored_model: Callable[[], str]
    load_model: Callable[[], LoadedModel]
    load_shadow: Callable[[], LoadedModel] | None
    """None where no shadow is set."""
    open_pubsub: Callable[[], PubsubProbe]


def real_edges(settings: Settings) -> Edges:
    """Use the worker's own edges."""
    return Edges(
        open_database=lambda: open_database(settings.postgresql, settings.cloudsql),
        stored_model=lambda: _stored_model(settings.model_location),
        load_model=lambda: load_model(
            settings.model_location,
            sha256=settings.model.sha256,
            allowed_globals=settings.model.allowed_globals,
        ),
        load_shadow=_shadow(settings.model),
        open_pubsub=_open_pubsub,
    )


def _shadow(model: ModelSettings) -> Callable[[], LoadedModel] | None:
    uri = model.shadow
    if uri is None:
        return None
    # As the worker does: model.sha256 pins the model that scores, not its shadow.
    return lambda: load_model(uri, allowed_globals=model.allowed_globals)


def _stored_model(location: str) -> str:
    current_generation(location)
    return f"{location} can be read"


def _open_pubsub() -> PubsubProbe:
    with credentials_translated():
        return PubsubProbe(PublisherClient(), SubscriberClient())
