"""Every method of the server by its path; while faults are set, each call meets them first."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import grpc

from tools.emulator.faults.calls import Verdict, judge, resource_names
from tools.emulator.faults.faults import Faults
from tools.emulator.faults.rpcs import Status

Methods = Mapping[str, grpc.RpcMethodHandler]


class Entrance:
    """What a call goes through before it is served."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._closed = asyncio.Event()

    def close(self) -> None:
        """Let no call wait any longer: the server stops."""
        self._closed.set()

    async def enter(self, rpc: str, request: Any, context: Any) -> Verdict:
        """Delay and refuse a call as the rules say; give what they say of a call that goes on."""
        verdict = judge(self._faults, rpc, resource_names(request))
        if verdict.seconds:
            await self._delay(verdict.seconds, context)
        if verdict.refuse:
            await abort(verdict.refuse, context)
        return verdict

    async def _delay(self, seconds: float, context: Any) -> None:
        try:
            await asyncio.wait_for(self._closed.wait(), seconds)
        except TimeoutError:
            return
        await context.abort(grpc.StatusCode.UNAVAILABLE, "the emulator is shutting down")


class Handlers(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc has no type information
    """Chooses a call's handler: as long as no fault is set, the service's own."""

    def __init__(self, services: Mapping[str, Methods], faults: Faults) -> None:
        """Serve the methods of each service by its full name."""
        self._faults = faults
        self._entrance = Entrance(faults)
        self._plain = {
            f"/{service}/{method}": handler
            for service, methods in services.items()
            for method, handler in methods.items()
        }
        self._faulty = {
            path: _faulty(path, own, self._entrance) for path, own in self._plain.items()
        }

    def service(self, handler_call_details: Any) -> grpc.RpcMethodHandler | None:
        """Find the handler of a call; None for a method that the server does not know."""
        handlers = self._faulty if self._faults.injections else self._plain
        return handlers.get(handler_call_details.method)

    def close(self) -> None:
        """End the calls that a fault delays."""
        self._entrance.close()


def _faulty(path: str, own: grpc.RpcMethodHandler, entrance: Entrance) -> grpc.RpcMethodHandler:
    rpc = path.rpartition("/")[2]
    if own.request_streaming:
        return grpc.stream_stream_rpc_method_handler(
            _stream(rpc, own, entrance), own.request_deserializer, own.response_serializer
        )
    return grpc.unary_unary_rpc_method_handler(
        _unary(rpc, own, entrance), own.request_deserializer, own.response_serializer
    )


def _unary(rpc: str, own: grpc.RpcMethodHandler, entrance: Entrance) -> Any:
    async def behaviour(request: Any, context: Any) -> Any:
        verdict = await entrance.enter(rpc, request, context)
        answer = await own.unary_unary(request, context)
        if verdict.disown:
            await abort(verdict.disown, context)
        return answer

    return behaviour


def _stream(rpc: str, own: grpc.RpcMethodHandler, entrance: Entrance) -> Any:
    async def behaviour(requests: AsyncIterator[Any], context: Any) -> None:
        first = await anext(aiter(requests), None)
        if first is not None:
            await entrance.enter(rpc, first, context)
            await own.stream_stream(_after(first, requests), context)

    return behaviour


async def _after(first: Any, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    yield first
    async for request in requests:
        yield request


async def abort(status: Status, context: Any) -> None:
    """End a call with a status, on purpose."""
    await context.abort(grpc.StatusCode[status], "fault: refused on purpose")
