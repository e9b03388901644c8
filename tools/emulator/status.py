"""From the rules' refusals to gRPC's status codes, and the handlers that do it."""

from collections.abc import Awaitable, Callable
from typing import Any

import grpc

from tools.emulator import errors
from tools.emulator.error_details import ack_id_trailers

CODES: dict[type[errors.Refused], grpc.StatusCode] = {
    errors.InvalidArgument: grpc.StatusCode.INVALID_ARGUMENT,
    errors.RefusedAckIds: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    errors.FailedPrecondition: grpc.StatusCode.FAILED_PRECONDITION,
    errors.Unimplemented: grpc.StatusCode.UNIMPLEMENTED,
    errors.Unavailable: grpc.StatusCode.UNAVAILABLE,
}

Behaviour = Callable[[Any, Any], Awaitable[Any]]


def unary(request: Any, answer: Callable[[Any], Any]) -> grpc.RpcMethodHandler:
    """Serve a method that answers at once; ``request`` is the class of its request."""

    async def behaviour(message: Any, context: Any) -> Any:
        try:
            return answer(message)
        except errors.Refused as refusal:
            await abort(context, refusal)

    return _unary_handler(request, behaviour)


def waiting(request: Any, answer: Behaviour) -> grpc.RpcMethodHandler:
    """Serve a method that may wait before it answers."""
    return _unary_handler(request, refusing(answer))


def refusing(answer: Behaviour) -> Behaviour:
    """Turn the refusals of a coroutine into the status of its call."""

    async def behaviour(message: Any, context: Any) -> Any:
        try:
            return await answer(message, context)
        except errors.Refused as refusal:
            await abort(context, refusal)

    return behaviour


async def abort(context: Any, refusal: errors.Refused) -> None:
    """End a call with the status of a refusal, and its details where it has any."""
    code = CODES[type(refusal)]
    details = ack_id_trailers(refusal, code) if isinstance(refusal, errors.RefusedAckIds) else ()
    await context.abort(code, str(refusal), details)


def unimplemented(method: str) -> grpc.RpcMethodHandler:
    """Answer a method that the emulator does not have, whatever the request."""

    async def behaviour(_message: bytes, context: Any) -> None:
        await context.abort(
            grpc.StatusCode.UNIMPLEMENTED, f"the embedded emulator does not have {method}"
        )

    return grpc.unary_unary_rpc_method_handler(behaviour)


def _unary_handler(request: Any, behaviour: Behaviour) -> grpc.RpcMethodHandler:
    return grpc.unary_unary_rpc_method_handler(
        behaviour,
        request_deserializer=request.FromString,
        response_serializer=lambda response: response.SerializeToString(),
    )
