"""Google's subscriber with its default callbacks, which do nothing but acknowledge."""

from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message

from consumer.settings import load_settings


def main() -> None:
    """Receive by as many streams as the worker has, until SIGTERM."""
    settings = load_settings(None)
    client = SubscriberClient()
    streams = [
        client.subscribe(settings.subscription_path, callback=_acknowledge)
        for _ in range(settings.pubsub.streams)
    ]
    for stream in streams:
        stream.result()


def _acknowledge(message: Message) -> None:
    message.ack()


if __name__ == "__main__":
    main()
