"""Publish one customer update and read its alert, with Google's own Pub/Sub client."""

import json
import os
from datetime import UTC, datetime
from uuid import uuid4

from google.cloud import pubsub_v1

project = os.environ["CHURN_PUBSUB__PROJECT"]
publisher = pubsub_v1.PublisherClient()
subscriber = pubsub_v1.SubscriberClient()
updates = publisher.topic_path(project, "customer-updates")
alerts = publisher.topic_path(project, "churn-alerts")
inbox = subscriber.subscription_path(project, f"example-{uuid4()}")
subscriber.create_subscription(name=inbox, topic=alerts)

# The event carries every feature, so the database need not know the customer.
event = {
    "id_client": 15634602,
    "date_entree": "2018-06-01",
    "pays": "Allemagne",
    "sexe": "F",
    "age": 58,
    "membre_actif": "No",
    "balance": 125000.0,
    "nb_produits": 3,
    "carte_credit": "No",
    "salaire": 60000.0,
    "score_credit": 480.0,
}
attributes = {
    "ce-specversion": "1.0",
    "ce-type": "customer.updated",
    "ce-source": "crm/example",
    "ce-id": str(uuid4()),
    "ce-time": datetime.now(UTC).isoformat(),
    "content-type": "application/json",
}
publisher.publish(updates, json.dumps(event).encode(), **attributes).result(timeout=30)

alert = None
while alert is None:  # a pull that finds nothing ends in DeadlineExceeded
    answer = subscriber.pull(subscription=inbox, max_messages=10, timeout=60)
    for received in answer.received_messages:
        subscriber.acknowledge(subscription=inbox, ack_ids=[received.ack_id])
        data = json.loads(received.message.data)
        if data["event_id"] == attributes["ce-id"]:
            alert = data
subscriber.delete_subscription(subscription=inbox)

print(json.dumps(alert, indent=2))
