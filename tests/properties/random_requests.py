"""Requests of any content: made from the API's own descriptors, with names that often exist."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tools.emulator import wire

PROJECT = "projects/test"
TOPICS = tuple(f"{PROJECT}/topics/{each}" for each in ("first", "second"))
SUBSCRIPTIONS = tuple(f"{PROJECT}/subscriptions/{each}" for each in ("first", "second"))
SNAPSHOTS = (f"{PROJECT}/snapshots/first",)
SCHEMAS = (f"{PROJECT}/schemas/first",)

METHODS: Mapping[str, Any] = {
    "Publisher/CreateTopic": wire.Topic,
    "Publisher/DeleteTopic": wire.DeleteTopicRequest,
    "Publisher/DetachSubscription": wire.DetachSubscriptionRequest,
    "Publisher/GetTopic": wire.GetTopicRequest,
    "Publisher/ListTopicSnapshots": wire.ListTopicSnapshotsRequest,
    "Publisher/ListTopicSubscriptions": wire.ListTopicSubscriptionsRequest,
    "Publisher/ListTopics": wire.ListTopicsRequest,
    "Publisher/Publish": wire.PublishRequest,
    "Publisher/UpdateTopic": wire.UpdateTopicRequest,
    "SchemaService/CreateSchema": wire.CreateSchemaRequest,
    "SchemaService/DeleteSchema": wire.DeleteSchemaRequest,
    "SchemaService/GetSchema": wire.GetSchemaRequest,
    "SchemaService/ListSchemas": wire.ListSchemasRequest,
    "SchemaService/ValidateMessage": wire.ValidateMessageRequest,
    "SchemaService/ValidateSchema": wire.ValidateSchemaRequest,
    "Subscriber/Acknowledge": wire.AcknowledgeRequest,
    "Subscriber/CreateSnapshot": wire.CreateSnapshotRequest,
    "Subscriber/CreateSubscription": wire.Subscription,
    "Subscriber/DeleteSnapshot": wire.DeleteSnapshotRequest,
    "Subscriber/DeleteSubscription": wire.DeleteSubscriptionRequest,
    "Subscriber/GetSnapshot": wire.GetSnapshotRequest,
    "Subscriber/GetSubscription": wire.GetSubscriptionRequest,
    "Subscriber/ListSnapshots": wire.ListSnapshotsRequest,
    "Subscriber/ListSubscriptions": wire.ListSubscriptionsRequest,
    "Subscriber/ModifyAckDeadline": wire.ModifyAckDeadlineRequest,
    "Subscriber/Pull": wire.PullRequest,
    "Subscriber/Seek": wire.SeekRequest,
    "Subscriber/UpdateSnapshot": wire.UpdateSnapshotRequest,
    "Subscriber/UpdateSubscription": wire.UpdateSubscriptionRequest,
}

_RECORD = '{"type": "record", "name": "R", "fields": [{"name": "n", "type": "int"}]}'
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "topic": TOPICS,
    "dead_letter_topic": TOPICS,
    "subscription": SUBSCRIPTIONS,
    "snapshot": SNAPSHOTS,
    "schema": SCHEMAS,
    "schema_id": ("first",),
    "project": (PROJECT,),
    "parent": (PROJECT,),
    "filter": ("attributes:a", 'hasPrefix(attributes.a, "x")', "not a filter"),
    "definition": (_RECORD, '"string"', '["null", "int"]', "{", "[" * 5_000),
    "paths": ("labels", "retry_policy.minimum_backoff", "schema_settings", "expire_time", "name"),
}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "Topic": TOPICS,
    "Subscription": SUBSCRIPTIONS,
    "Snapshot": SNAPSHOTS,
    "Schema": SCHEMAS,
}
_ANY_NAME = TOPICS + SUBSCRIPTIONS + SNAPSHOTS + SCHEMAS
_EXPECTED = {
    *("name", "topic", "subscription", "snapshot", "schema", "project", "parent", "schema_id"),
    *("update_mask", "paths", "messages", "data", "message", "definition", "type_", "encoding"),
    *("ack_ids", "max_messages", "time", "expire_time", "seconds", "nanos"),
}
_MOSTLY = st.sampled_from([True] * 7 + [False])
_SELDOM = st.sampled_from([False] * 7 + [True])
_ODD_TEXTS = ("", "x", "goog", "\0", "a" * 300, "\U0001f4a5", "projects/test/topics/\n")
_NUMBERS = (0, 1, 10, 600, 86_400, 604_800, -1, 2**31 - 1, -(2**31))
_BYTES = (b"", b"text", b'{"n": 1}', b"\x02", b"\xff\xff", b'"\\ud800"', b"[" * 5_000)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, Any]:
    """Give a method's path and a request for it."""
    method = draw(st.sampled_from(sorted(METHODS)))
    request = METHODS[method]()
    _fill(draw, request)
    return _path(method), request


def world() -> list[tuple[str, Any]]:
    """Give the requests that create what the random ones name."""
    topic, subscription = TOPICS[0], SUBSCRIPTIONS[0]
    schema = wire.Schema(type_=wire.Schema.AVRO, definition=_RECORD)
    resources = {
        "SchemaService/CreateSchema": wire.CreateSchemaRequest(
            parent=PROJECT, schema_id="first", schema=schema
        ),
        "Publisher/CreateTopic": wire.Topic(name=topic),
        "Subscriber/CreateSubscription": wire.Subscription(name=subscription, topic=topic),
        "Subscriber/CreateSnapshot": wire.CreateSnapshotRequest(
            name=SNAPSHOTS[0], subscription=subscription
        ),
    }
    return [(_path(method), request) for method, request in resources.items()]


def _path(method: str) -> str:
    return f"/google.pubsub.v1.{method}"


def _fill(draw: st.DrawFn, message: Any) -> None:
    for field in message.DESCRIPTOR.fields:
        group = field.containing_oneof
        chosen = group is not None and message.WhichOneof(group.name) is not None
        if not chosen and draw(_MOSTLY if field.name in _EXPECTED else _SELDOM):
            _set(draw, message, field)


def _set(draw: st.DrawFn, message: Any, field: Any) -> None:
    own = getattr(message, field.name)
    if field.message_type is None:
        value = draw(_value(field))
        own.append(value) if hasattr(own, "append") else setattr(message, field.name, value)
    elif not field.message_type.GetOptions().map_entry:
        own.add() if hasattr(own, "add") else own.SetInParent()
        _fill(draw, own[0] if hasattr(own, "add") else own)
    elif field.message_type.fields_by_name["value"].message_type is None:
        own["a"] = draw(st.sampled_from(_ODD_TEXTS))


def _value(field: Any) -> st.SearchStrategy[Any]:
    if field.type == field.TYPE_STRING:
        names = _NAMES.get(field.containing_type.name, _ANY_NAME)
        usual = names if field.name == "name" else _TEXTS.get(field.name, ("a",))
        return st.sampled_from(usual * 8 + _ODD_TEXTS)
    if field.type == field.TYPE_BYTES:
        return st.sampled_from(_BYTES)
    if field.type == field.TYPE_BOOL:
        return st.booleans()
    return st.sampled_from(_NUMBERS)
