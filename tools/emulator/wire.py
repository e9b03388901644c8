"""The raw protobuf classes that the server reads and writes.

The client library's own classes wrap these and cost several times as much; ``X.pb()`` gives the
raw class. They come without type information, so they are ``Any`` here.
"""

from typing import Any

from google.iam.v1 import iam_policy_pb2  # type: ignore[import-untyped] # generated code
from google.protobuf import (  # type: ignore[import-untyped] # generated code
    empty_pb2,
    field_mask_pb2,
)
from google.pubsub_v1 import types

AcknowledgeRequest: Any = types.AcknowledgeRequest.pb()
CreateSchemaRequest: Any = types.CreateSchemaRequest.pb()
CreateSnapshotRequest: Any = types.CreateSnapshotRequest.pb()
DeleteSchemaRequest: Any = types.DeleteSchemaRequest.pb()
DeleteSnapshotRequest: Any = types.DeleteSnapshotRequest.pb()
DeleteSubscriptionRequest: Any = types.DeleteSubscriptionRequest.pb()
DeleteTopicRequest: Any = types.DeleteTopicRequest.pb()
DetachSubscriptionRequest: Any = types.DetachSubscriptionRequest.pb()
DetachSubscriptionResponse: Any = types.DetachSubscriptionResponse.pb()
Empty: Any = empty_pb2.Empty
FieldMask: Any = field_mask_pb2.FieldMask
GetSchemaRequest: Any = types.GetSchemaRequest.pb()
GetSnapshotRequest: Any = types.GetSnapshotRequest.pb()
GetSubscriptionRequest: Any = types.GetSubscriptionRequest.pb()
GetTopicRequest: Any = types.GetTopicRequest.pb()
ListSchemasRequest: Any = types.ListSchemasRequest.pb()
ListSchemasResponse: Any = types.ListSchemasResponse.pb()
ListSnapshotsRequest: Any = types.ListSnapshotsRequest.pb()
ListSnapshotsResponse: Any = types.ListSnapshotsResponse.pb()
ListSubscriptionsRequest: Any = types.ListSubscriptionsRequest.pb()
ListSubscriptionsResponse: Any = types.ListSubscriptionsResponse.pb()
ListTopicSnapshotsRequest: Any = types.ListTopicSnapshotsRequest.pb()
ListTopicSnapshotsResponse: Any = types.ListTopicSnapshotsResponse.pb()
ListTopicSubscriptionsRequest: Any = types.ListTopicSubscriptionsRequest.pb()
ListTopicSubscriptionsResponse: Any = types.ListTopicSubscriptionsResponse.pb()
ListTopicsRequest: Any = types.ListTopicsRequest.pb()
ListTopicsResponse: Any = types.ListTopicsResponse.pb()
ModifyAckDeadlineRequest: Any = types.ModifyAckDeadlineRequest.pb()
PublishRequest: Any = types.PublishRequest.pb()
PublishResponse: Any = types.PublishResponse.pb()
PubsubMessage: Any = types.PubsubMessage.pb()
PullRequest: Any = types.PullRequest.pb()
PullResponse: Any = types.PullResponse.pb()
Schema: Any = types.Schema.pb()
SeekRequest: Any = types.SeekRequest.pb()
SeekResponse: Any = types.SeekResponse.pb()
Snapshot: Any = types.Snapshot.pb()
StreamingPullRequest: Any = types.StreamingPullRequest.pb()
StreamingPullResponse: Any = types.StreamingPullResponse.pb()
Subscription: Any = types.Subscription.pb()
TestIamPermissionsRequest: Any = iam_policy_pb2.TestIamPermissionsRequest
TestIamPermissionsResponse: Any = iam_policy_pb2.TestIamPermissionsResponse
Topic: Any = types.Topic.pb()
UpdateSnapshotRequest: Any = types.UpdateSnapshotRequest.pb()
UpdateSubscriptionRequest: Any = types.UpdateSubscriptionRequest.pb()
UpdateTopicRequest: Any = types.UpdateTopicRequest.pb()
ValidateMessageRequest: Any = types.ValidateMessageRequest.pb()
ValidateMessageResponse: Any = types.ValidateMessageResponse.pb()
ValidateSchemaRequest: Any = types.ValidateSchemaRequest.pb()
ValidateSchemaResponse: Any = types.ValidateSchemaResponse.pb()
