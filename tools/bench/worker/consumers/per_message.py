"""The job as a callback for each message, in the form of Google's guide for subscribers.

One stream with the library's defaults (ten threads, 1,000 messages held) and nothing limited or
batched: parse, one query, one row to the model, publish and wait, acknowledge.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message

from consumer.database import open_database
from consumer.features import tenure
from consumer.frames import frame_of
from consumer.model import LoadedModel, load_model
from consumer.settings import load_settings
from schemas.tables import FEATURE_OF_COLUMN, Kind

QUERY = sqlalchemy.text("""
    SELECT * FROM customer LEFT JOIN indicators USING (id_client) WHERE id_client = :id_client
""")


@dataclass(frozen=True, slots=True)
class PerMessage:
    """What the callback needs; any thread calls :meth:`handle`."""

    engine: sqlalchemy.Engine
    model: LoadedModel
    publisher: PublisherClient
    topic: str

    def handle(self, message: Message) -> None:
        """Score one event, publish its alert if there is one, acknowledge."""
        update = orjson.loads(message.data)
        with self.engine.connect() as connection:
            stored = connection.execute(QUERY, {"id_client": update["id_client"]}).mappings().one()
        customer = {**stored, **update}
        probability = self._probability(customer, message.attributes["ce-time"])
        if probability >= self.model.threshold:
            alert = {"id_client": customer["id_client"], "probability": probability}
            self.publisher.publish(self.topic, orjson.dumps(alert)).result()
        message.ack()

    def _probability(self, customer: dict[str, Any], event_time: str) -> float:
        columns = self.model.columns
        row = [_value(name, customer[name.lower()], event_time) for name in columns]
        return float(self.model.estimator.predict_proba(frame_of(columns, [row]))[0, 1])


def main() -> None:
    """Receive until SIGTERM."""
    settings = load_settings(None)
    with open_database(settings.postgresql, settings.cloudsql) as database:
        handler = PerMessage(
            database.engine,
            load_model(settings.model_location),
            PublisherClient(),
            settings.alert_topic_path,
        )
        client = SubscriberClient()
        client.subscribe(settings.subscription_path, callback=handler.handle).result()


def _value(column: str, value: Any, event_time: str) -> Any:
    """Give a cell as the model takes it: a date becomes the days from it to the event."""
    if FEATURE_OF_COLUMN[column].kind is not Kind.TENURE:
        return value
    since = date.fromisoformat(value) if isinstance(value, str) else value
    return tenure(since, datetime.fromisoformat(event_time))


if __name__ == "__main__":
    main()
