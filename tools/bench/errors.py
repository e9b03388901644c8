"""What goes wrong with a load, in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.api_core.exceptions import GoogleAPICallError

from tools.errors import BadInput


class LoadFailed(BadInput):
    """A server does not answer, refuses, or breaks off a call; the text says which and why."""


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Turn what gRPC and Google's clients raise into one line.

    Raises:
        LoadFailed: in their place.
    """
    try:
        yield
    except grpc.RpcError as error:
        raise LoadFailed(f"{address} answered {error.code().name}: {error.details()}") from error
    except GoogleAPICallError as error:
        raise LoadFailed(f"{address} answered: {error.message}") from error
