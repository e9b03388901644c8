"""The details of a refusal, as Google's clients read them: ``google.rpc.ErrorInfo``.

"Exactly-once delivery" and the clients' libraries: the metadata of the error has the ack ids that
were refused, each with a reason.
"""

import grpc
from google.protobuf import any_pb2  # type: ignore[import-untyped] # generated code
from google.rpc import (  # type: ignore[import-untyped] # generated code
    error_details_pb2,
    status_pb2,
)

from tools.emulator.errors import RefusedAckIds

TRAILER = "grpc-status-details-bin"

Trailers = tuple[tuple[str, bytes], ...]


def ack_id_trailers(refusal: RefusedAckIds, code: grpc.StatusCode) -> Trailers:
    """Give the trailing metadata that goes with the status of a refusal."""
    info = error_details_pb2.ErrorInfo(
        reason="EXACTLY_ONCE_ACKID_FAILURE",
        domain="pubsub.googleapis.com",
        metadata=refusal.reasons,
    )
    detail = any_pb2.Any()
    detail.Pack(info)
    status = status_pb2.Status(code=code.value[0], message=str(refusal), details=[detail])
    return ((TRAILER, status.SerializeToString()),)
