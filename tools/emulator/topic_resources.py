"""Topics: from the API's messages to the rules' settings and back."""

from typing import Any

from tools.emulator.fields import nanoseconds, refuse_fields
from tools.emulator.labels import check_labels
from tools.emulator.names import check_key_name, check_name
from tools.emulator.schema_resources import write_topic_schema
from tools.emulator.schemas.topic_schema import TopicSchema
from tools.emulator.settings import StoragePolicy, TopicSettings
from tools.emulator.wire import Topic

_WITHOUT = ("ingestion_data_source_settings", "message_transforms")


def topic_settings(topic: Any, schema: TopicSchema | None) -> TopicSettings:
    """Read a ``Topic``, of which ``schema`` is what its schema settings name.

    Raises:
        InvalidArgument: a field has a value that the service refuses.
        Unimplemented: a field asks for what the emulator does not have.
    """
    refuse_fields(topic, _WITHOUT)
    has_retention = topic.HasField("message_retention_duration")
    return TopicSettings(
        name=check_name(topic.name, "topics"),
        labels=check_labels(topic.labels),
        retention=nanoseconds(topic.message_retention_duration) if has_retention else None,
        schema=schema,
        key_name=check_key_name(topic.kms_key_name) if topic.kms_key_name else "",
        storage_policy=_storage_policy(topic),
    )


def topic_message(settings: TopicSettings) -> Any:
    """Write a ``Topic``."""
    topic = Topic(
        name=settings.name,
        labels=settings.labels,
        kms_key_name=settings.key_name,
        state=Topic.ACTIVE,
    )
    if settings.retention is not None:
        topic.message_retention_duration.FromNanoseconds(settings.retention)
    if settings.schema is not None:
        write_topic_schema(settings.schema, topic)
    if settings.storage_policy is not None:
        policy = topic.message_storage_policy
        policy.allowed_persistence_regions.extend(settings.storage_policy.regions)
        policy.enforce_in_transit = settings.storage_policy.enforce_in_transit
    return topic


def _storage_policy(topic: Any) -> StoragePolicy | None:
    if not topic.HasField("message_storage_policy"):
        return None
    policy = topic.message_storage_policy
    return StoragePolicy(tuple(policy.allowed_persistence_regions), policy.enforce_in_transit)
