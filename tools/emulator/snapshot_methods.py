"""The methods of ``google.pubsub.v1.Subscriber`` on snapshots; the rules are in ``snapshots``."""

from typing import Any

import grpc

from tools.emulator import wire
from tools.emulator.clock import Clock
from tools.emulator.field_masks import merged
from tools.emulator.fields import instant
from tools.emulator.labels import check_labels
from tools.emulator.names import check_name, check_project
from tools.emulator.paging import page
from tools.emulator.snapshot import Snapshot
from tools.emulator.snapshots import Snapshots
from tools.emulator.status import unary

_FIXED = ("name", "topic")


class SnapshotMethods:
    """Each takes and gives a raw protobuf message."""

    def __init__(self, snapshots: Snapshots, *, clock: Clock) -> None:
        self._snapshots = snapshots
        self._clock = clock

    def handlers(self) -> dict[str, grpc.RpcMethodHandler]:
        """Every method by name."""
        return {
            "CreateSnapshot": unary(wire.CreateSnapshotRequest, self._create),
            "GetSnapshot": unary(wire.GetSnapshotRequest, self._get),
            "ListSnapshots": unary(wire.ListSnapshotsRequest, self._list),
            "UpdateSnapshot": unary(wire.UpdateSnapshotRequest, self._update),
            "DeleteSnapshot": unary(wire.DeleteSnapshotRequest, self._delete),
        }

    def _create(self, request: Any) -> Any:
        if request.name:
            check_name(request.name, "snapshots")
        subscription = check_name(request.subscription, "subscriptions")
        labels = check_labels(request.labels)
        return _message(self._snapshots.create(request.name, subscription, labels))

    def _get(self, request: Any) -> Any:
        return _message(self._find(request.snapshot))

    def _list(self, request: Any) -> Any:
        names = self._snapshots.names(check_project(request.project))
        names, token = page(names, request.page_size, request.page_token)
        snapshots = [_message(self._snapshots.find(name)) for name in names]
        return wire.ListSnapshotsResponse(snapshots=snapshots, next_page_token=token)

    def _update(self, request: Any) -> Any:
        snapshot = self._find(request.snapshot.name)
        mask = request.update_mask
        changed = merged(_message(snapshot), request.snapshot, mask, fixed=_FIXED)
        labels = check_labels(changed.labels)
        if "expire_time" in mask.paths:
            snapshot.set_expire_time(instant(changed.expire_time), self._clock())
        snapshot.labels = labels
        return _message(snapshot)

    def _delete(self, request: Any) -> Any:
        self._snapshots.delete(check_name(request.snapshot, "snapshots"))
        return wire.Empty()

    def _find(self, name: str) -> Snapshot:
        return self._snapshots.find(check_name(name, "snapshots"))


def _message(snapshot: Snapshot) -> Any:
    message = wire.Snapshot(name=snapshot.name, topic=snapshot.topic, labels=snapshot.labels)
    message.expire_time.FromNanoseconds(snapshot.expire_time)
    return message
