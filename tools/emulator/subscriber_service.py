"""``google.pubsub.v1.Subscriber``: translates, and leaves the rules to the broker."""

from typing import Any

import grpc

from tools.emulator import wire
from tools.emulator.acknowledgement import refuse_failed
from tools.emulator.broker import Broker
from tools.emulator.clock import Clock
from tools.emulator.dispatcher import Dispatcher, Waiter
from tools.emulator.errors import InvalidArgument, NotFound, Refused
from tools.emulator.faults.faults import Faults
from tools.emulator.field_masks import merged
from tools.emulator.fields import instant
from tools.emulator.flow_control import FlowControl
from tools.emulator.limits import check_acknowledge_request, check_modified_deadline
from tools.emulator.names import check_name, check_project
from tools.emulator.paging import page
from tools.emulator.received import add_received
from tools.emulator.resources import subscription_message, subscription_settings
from tools.emulator.snapshot_methods import SnapshotMethods
from tools.emulator.snapshots import Snapshots
from tools.emulator.status import refusing, unary, unimplemented, waiting
from tools.emulator.streaming_pull import Stream
from tools.emulator.subscription import Subscription

SERVICE = "google.pubsub.v1.Subscriber"
LONGEST_PULL = 0.5
"""Seconds that a pull waits for the first message. The API reference promises no more than that
the wait is bounded; a short one lets pulling programs stop quickly."""

_FIXED = ("name", "topic", "enable_message_ordering", "filter", "detached", "state", "tags")


class SubscriberService:
    """The methods of the subscriber API; each takes and gives a raw protobuf message."""

    def __init__(self, broker: Broker, *, clock: Clock, faults: Faults) -> None:
        self._broker = broker
        self._clock = clock
        self._faults = faults
        self._snapshots = Snapshots(broker, clock=clock)
        self._dispatchers: dict[str, Dispatcher] = {}

    def handlers(self) -> dict[str, grpc.RpcMethodHandler]:
        """Every method of the service by name."""
        return {
            "CreateSubscription": unary(wire.Subscription, self._create),
            "GetSubscription": unary(wire.GetSubscriptionRequest, self._get),
            "UpdateSubscription": unary(wire.UpdateSubscriptionRequest, self._update),
            "ListSubscriptions": unary(wire.ListSubscriptionsRequest, self._list),
            "DeleteSubscription": unary(wire.DeleteSubscriptionRequest, self._delete),
            "Acknowledge": unary(wire.AcknowledgeRequest, self._acknowledge),
            "ModifyAckDeadline": unary(wire.ModifyAckDeadlineRequest, self._modify_ack_deadline),
            "Pull": waiting(wire.PullRequest, self._pull),
            "StreamingPull": self._streaming_handler(),
            "Seek": unary(wire.SeekRequest, self._seek),
            "ModifyPushConfig": unimplemented("push subscriptions"),
            **SnapshotMethods(self._snapshots, clock=self._clock).handlers(),
        }

    def close(self, reason: Refused) -> None:
        """End every call that waits for messages."""
        for dispatcher in self._dispatchers.values():
            dispatcher.close(reason)

    def _create(self, request: Any) -> Any:
        check_name(request.topic, "topics")
        request.detached = False
        subscription = self._broker.create_subscription(subscription_settings(request))
        name = subscription.settings.name
        self._dispatchers[name] = Dispatcher(subscription, clock=self._clock, faults=self._faults)
        return self._message(subscription)

    def _get(self, request: Any) -> Any:
        return self._message(self._find(request.subscription))

    def _update(self, request: Any) -> Any:
        current = self._message(self._find(request.subscription.name))
        changed = merged(current, request.subscription, request.update_mask, fixed=_FIXED)
        return self._message(self._broker.update_subscription(subscription_settings(changed)))

    def _list(self, request: Any) -> Any:
        names = self._broker.subscriptions(check_project(request.project))
        names, token = page(names, request.page_size, request.page_token)
        subscriptions = [self._message(self._broker.subscription(name)) for name in names]
        return wire.ListSubscriptionsResponse(subscriptions=subscriptions, next_page_token=token)

    def _delete(self, request: Any) -> Any:
        name = check_name(request.subscription, "subscriptions")
        self._broker.delete_subscription(name)
        self._dispatchers.pop(name).close(NotFound(f"subscription {name} was deleted"))
        return wire.Empty()

    def _acknowledge(self, request: Any) -> Any:
        check_acknowledge_request(len(request.ack_ids), request.ByteSize())
        subscription = self._find(request.subscription)
        applied = self._dispatchers[request.subscription].applied(request.ack_ids)
        refuse_failed(subscription.acknowledge(applied))
        return wire.Empty()

    def _modify_ack_deadline(self, request: Any) -> Any:
        check_acknowledge_request(len(request.ack_ids), request.ByteSize())
        seconds = check_modified_deadline(request.ack_deadline_seconds)
        subscription = self._find(request.subscription)
        refuse_failed(subscription.modify_ack_deadline(request.ack_ids, seconds))
        return wire.Empty()

    def _seek(self, request: Any) -> Any:
        name = check_name(request.subscription, "subscriptions")
        match request.WhichOneof("target"):
            case "time":
                self._broker.seek(name, instant(request.time))
            case "snapshot":
                self._snapshots.seek(name, check_name(request.snapshot, "snapshots"))
            case _:
                raise InvalidArgument("the request names no target: set time or snapshot")
        return wire.SeekResponse()

    async def _pull(self, request: Any, context: Any) -> Any:
        subscription = self._find(request.subscription)
        if request.max_messages <= 0:
            raise InvalidArgument(f"max_messages is positive, not {request.max_messages}")
        patience = 0.0 if request.return_immediately else LONGEST_PULL
        waiter = Waiter(request.max_messages, FlowControl(), patience=patience)
        dispatcher = self._dispatchers[request.subscription]
        response = wire.PullResponse()
        deliveries = await dispatcher.wait(waiter)
        if context.done():  # the client gave up while it was being served
            subscription.give_back(deliveries)
            return response
        add_received(response, deliveries, subscription.settings)
        return response

    def _streaming_handler(self) -> grpc.RpcMethodHandler:
        return grpc.stream_stream_rpc_method_handler(
            refusing(self._streaming_pull),
            request_deserializer=wire.StreamingPullRequest.FromString,
            response_serializer=wire.StreamingPullResponse.SerializeToString,
        )

    async def _streaming_pull(self, requests: Any, context: Any) -> None:
        first = await anext(aiter(requests), None)
        if first is None:
            return
        subscription = self._find(first.subscription)
        dispatcher = self._dispatchers[first.subscription]
        stream = Stream(subscription, dispatcher, first)
        await context.send_initial_metadata(())
        await stream.run(requests, context.write)

    def _find(self, name: str) -> Subscription:
        return self._broker.subscription(check_name(name, "subscriptions"))

    def _message(self, subscription: Subscription) -> Any:
        topic = self._broker.topic_settings(subscription.settings.topic)
        return subscription_message(subscription.settings, topic)
