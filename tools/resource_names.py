"""Full Pub/Sub names of what an option names."""

from typing import Literal

from consumer.errors import BadSettings
from consumer.settings import Settings


def full_name(
    settings: Settings, collection: Literal["topics", "subscriptions"], name: str, *, option: str
) -> str:
    """Complete an id by the project of the settings; a full name stays as it is.

    Raises:
        BadSettings: it is an id, and no project is set.
    """
    if "/" in name:
        return name
    if not settings.pubsub.project:
        raise BadSettings(
            "no project is set: set pubsub.project (CHURN_PUBSUB__PROJECT) or "
            f"GOOGLE_CLOUD_PROJECT, or give {option} projects/PROJECT/{collection}/{name}"
        )
    return f"projects/{settings.pubsub.project}/{collection}/{name}"
