"""``google.pubsub.v1.Publisher``: translates, and leaves the rules to the broker."""

from collections.abc import Mapping
from typing import Any

import grpc

from tools.emulator.broker import Broker
from tools.emulator.field_masks import merged
from tools.emulator.limits import check_message, check_publish_request
from tools.emulator.message import Message
from tools.emulator.names import check_name, check_project
from tools.emulator.paging import page
from tools.emulator.schema_resources import topic_schema
from tools.emulator.schemas.registry import Schemas
from tools.emulator.schemas.topic_schema import TopicSchema
from tools.emulator.stamps import Stamp
from tools.emulator.status import unary
from tools.emulator.topic_resources import topic_message, topic_settings
from tools.emulator.wire import (
    DeleteTopicRequest,
    DetachSubscriptionRequest,
    DetachSubscriptionResponse,
    Empty,
    GetTopicRequest,
    ListTopicSnapshotsRequest,
    ListTopicSnapshotsResponse,
    ListTopicsRequest,
    ListTopicsResponse,
    ListTopicSubscriptionsRequest,
    ListTopicSubscriptionsResponse,
    PublishRequest,
    PublishResponse,
    PubsubMessage,
    Topic,
    UpdateTopicRequest,
)

SERVICE = "google.pubsub.v1.Publisher"
_FIXED = ("name", "kms_key_name", "state", "tags", "satisfies_pzs")


class PublisherService:
    """The methods of the publisher API; each takes and gives a raw protobuf message."""

    def __init__(self, broker: Broker, schemas: Schemas) -> None:
        self._broker = broker
        self._schemas = schemas

    def handlers(self) -> dict[str, grpc.RpcMethodHandler]:
        """Every method of the service by name."""
        return {
            "CreateTopic": unary(Topic, self._create),
            "GetTopic": unary(GetTopicRequest, self._get),
            "UpdateTopic": unary(UpdateTopicRequest, self._update),
            "ListTopics": unary(ListTopicsRequest, self._list),
            "ListTopicSubscriptions": unary(ListTopicSubscriptionsRequest, self._subscriptions),
            "DeleteTopic": unary(DeleteTopicRequest, self._delete),
            "Publish": unary(PublishRequest, self._publish),
            "ListTopicSnapshots": unary(ListTopicSnapshotsRequest, self._snapshots),
            "DetachSubscription": unary(DetachSubscriptionRequest, self._detach),
        }

    def _create(self, request: Any) -> Any:
        settings = topic_settings(request, topic_schema(request, self._schemas, None))
        return topic_message(self._broker.create_topic(settings).settings)

    def _get(self, request: Any) -> Any:
        return topic_message(self._find(request.topic).settings)

    def _update(self, request: Any) -> Any:
        topic = self._find(request.topic.name)
        current = topic_message(topic.settings)
        changed = merged(current, request.topic, request.update_mask, fixed=_FIXED)
        schema = topic_schema(changed, self._schemas, topic.settings.schema)
        topic.settings = topic_settings(changed, schema)
        return topic_message(topic.settings)

    def _list(self, request: Any) -> Any:
        names = self._broker.topics(check_project(request.project))
        names, token = page(names, request.page_size, request.page_token)
        topics = [topic_message(self._broker.topic(name).settings) for name in names]
        return ListTopicsResponse(topics=topics, next_page_token=token)

    def _subscriptions(self, request: Any) -> Any:
        names = self._find(request.topic).subscriptions
        names, token = page(names, request.page_size, request.page_token)
        return ListTopicSubscriptionsResponse(subscriptions=names, next_page_token=token)

    def _snapshots(self, request: Any) -> Any:
        names = self._find(request.topic).snapshot_names()
        names, token = page(names, request.page_size, request.page_token)
        return ListTopicSnapshotsResponse(snapshots=names, next_page_token=token)

    def _detach(self, request: Any) -> Any:
        self._broker.detach_subscription(check_name(request.subscription, "subscriptions"))
        return DetachSubscriptionResponse()

    def _delete(self, request: Any) -> Any:
        self._broker.delete_topic(check_name(request.topic, "topics"))
        return Empty()

    def _publish(self, request: Any) -> Any:
        topic = self._find(request.topic)
        keys = [message.ordering_key for message in request.messages]
        check_publish_request(len(keys), request.ByteSize(), keys)
        for message in request.messages:
            check_message(len(message.data), message.attributes, message.ordering_key)
        schema = topic.settings.schema
        if schema is not None:
            _conform(request.messages, schema)
        stamps = self._broker.stamps(len(keys))
        pairs = zip(request.messages, stamps, strict=True)
        stored = [_store(raw, stamp, schema) for raw, stamp in pairs]
        topic.publish(stored)
        return PublishResponse(message_ids=[str(message.number) for message in stored])

    def _find(self, name: str) -> Any:
        return self._broker.topic(check_name(name, "topics"))


def readdress(payload: bytes, attributes: Mapping[str, str], stamp: Stamp) -> bytes:
    """Give a stored message more attributes and a new id and publish time."""
    raw = PubsubMessage.FromString(payload)
    raw.attributes.update(attributes)
    return _stamped(raw, stamp)


def _conform(messages: Any, schema: TopicSchema) -> None:
    """Check that messages fit the topic's schema, then tell subscribers which it is.

    Raises:
        InvalidArgument: one of them does not fit.
        NotFound: the schema was deleted.
    """
    schema.check(message.data for message in messages)
    attributes = schema.attributes()
    for message in messages:
        message.attributes.update(attributes)


def attributes_of(payload: bytes) -> Mapping[str, str]:
    """Read the attributes of a stored message."""
    attributes: Mapping[str, str] = PubsubMessage.FromString(payload).attributes
    return attributes


def _store(raw: Any, stamp: Stamp, schema: TopicSchema | None) -> Message:
    payload = _stamped(raw, stamp)
    return Message(stamp.number, stamp.publish_time, payload, raw.ordering_key, schema)


def _stamped(raw: Any, stamp: Stamp) -> bytes:
    raw.message_id = str(stamp.number)
    raw.publish_time.FromNanoseconds(stamp.publish_time)
    payload: bytes = raw.SerializeToString()
    return payload
