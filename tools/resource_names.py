"""Full Pub/Sub names of what an option names."""

from typing import Literal

import typer
from pydantic import TypeAdapter, ValidationError

from consumer.errors import BadSettings
from consumer.settings import Settings
from consumer.settings.values import SnapshotName, SubscriptionName, TopicName

_FORMS: dict[str, TypeAdapter[str]] = {
    "topics": TypeAdapter(TopicName),
    "subscriptions": TypeAdapter(SubscriptionName),
    "snapshots": TypeAdapter(SnapshotName),
}


def full_name(
    settings: Settings,
    collection: Literal["topics", "subscriptions", "snapshots"],
    name: str,
    *,
    option: str,
) -> str:
    """Complete an id by the project of the settings; a full name stays as it is.

    Raises:
        BadParameter: it is neither an id nor a full name.
        BadSettings: it is an id, and no project is set.
    """
    try:
        _FORMS[collection].validate_python(name)
    except ValidationError:
        raise typer.BadParameter(
            f"{name!r} is neither an id nor projects/PROJECT/{collection}/ID", param_hint=option
        ) from None
    if "/" in name:
        return name
    if not settings.pubsub.project:
        raise BadSettings(
            "no project is set: set pubsub.project (CHURN_PUBSUB__PROJECT) or "
            f"GOOGLE_CLOUD_PROJECT, or give {option} projects/PROJECT/{collection}/{name}"
        )
    return f"projects/{settings.pubsub.project}/{collection}/{name}"
