"""What the contract tests of schemas share."""

from collections.abc import Iterator

import grpc
import pytest
from google.cloud.pubsub_v1 import SchemaServiceClient
from google.pubsub_v1.services.schema_service.transports import SchemaServiceGrpcTransport

from tests.pubsub_fixtures import PubSub


@pytest.fixture(scope="session")
def schema_service(pubsub: PubSub) -> Iterator[SchemaServiceClient]:
    """Give the session's client for schemas."""
    with grpc.insecure_channel(pubsub.address) as channel:
        yield SchemaServiceClient(transport=SchemaServiceGrpcTransport(channel=channel))
