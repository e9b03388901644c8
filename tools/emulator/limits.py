"""What the service refuses to store: "Quotas and limits" of the Pub/Sub documentation."""

from collections.abc import Mapping, Sequence

from tools.emulator.errors import InvalidArgument

MAX_MESSAGE_BYTES = 10_000_000
MAX_REQUEST_BYTES = 10_000_000
MAX_REQUEST_MESSAGES = 1_000
MAX_ATTRIBUTES = 100
MAX_KEY_BYTES = 256
MAX_VALUE_BYTES = 1_024
MAX_ORDERING_KEY_BYTES = 1_024
MAX_ACKNOWLEDGE_REQUEST_BYTES = 524_288
MAX_ACK_DEADLINE_SECONDS = 600
RESERVED_PREFIX = "goog"
CLIENTS_PREFIX = "googclient_"
"""What Google's own clients add, such as ``googclient_traceparent``: a message's trace."""


def check_publish_request(messages: int, request_bytes: int, ordering_keys: Sequence[str]) -> None:
    """Check a publish request as a whole.

    Raises:
        InvalidArgument: no message, too many, too many bytes, or more than one ordering key.
    """
    if not 1 <= messages <= MAX_REQUEST_MESSAGES:
        raise InvalidArgument(
            f"a publish request has 1 to {MAX_REQUEST_MESSAGES} messages, this one has {messages}"
        )
    if request_bytes > MAX_REQUEST_BYTES:
        raise InvalidArgument(
            f"a publish request has at most {MAX_REQUEST_BYTES} bytes, this one has {request_bytes}"
        )
    if len(set(ordering_keys)) > 1:
        raise InvalidArgument("all messages of a publish request have the same ordering key")


def check_message(data_bytes: int, attributes: Mapping[str, str], ordering_key: str) -> None:
    """Check one message.

    Raises:
        InvalidArgument: empty, or over one of the limits.
    """
    if not data_bytes and not attributes:
        raise InvalidArgument("a message has data or at least one attribute, this one has neither")
    if data_bytes > MAX_MESSAGE_BYTES:
        raise InvalidArgument(
            f"a message's data has at most {MAX_MESSAGE_BYTES} bytes, this one has {data_bytes}"
        )
    if len(ordering_key.encode()) > MAX_ORDERING_KEY_BYTES:
        raise InvalidArgument(f"an ordering key has at most {MAX_ORDERING_KEY_BYTES} bytes")
    if attributes:
        _check_attributes(attributes)


def check_acknowledge_request(ack_ids: int, request_bytes: int) -> None:
    """Check the size of a request to acknowledge or to modify deadlines.

    Raises:
        InvalidArgument: it has no ack id, or is over 512 KiB.
    """
    if not ack_ids:
        raise InvalidArgument("ack_ids is empty: name at least one")
    if request_bytes > MAX_ACKNOWLEDGE_REQUEST_BYTES:
        raise InvalidArgument(
            f"a request with ack ids has at most {MAX_ACKNOWLEDGE_REQUEST_BYTES} bytes, this one"
            f" has {request_bytes}: send fewer ids at once"
        )


def check_modified_deadline(seconds: int) -> int:
    """Return the new ack deadline of a message if it is allowed; 0 is a nack.

    Raises:
        InvalidArgument: it is negative or above 600 seconds.
    """
    if not 0 <= seconds <= MAX_ACK_DEADLINE_SECONDS:
        raise InvalidArgument(
            f"a modified ack deadline is between 0 and {MAX_ACK_DEADLINE_SECONDS} seconds,"
            f" not {seconds}"
        )
    return seconds


def _check_attributes(attributes: Mapping[str, str]) -> None:
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidArgument(
            f"a message has at most {MAX_ATTRIBUTES} attributes, this one has {len(attributes)}"
        )
    for key, value in attributes.items():
        if len(key.encode()) > MAX_KEY_BYTES:
            raise InvalidArgument(f"an attribute's key has at most {MAX_KEY_BYTES} bytes")
        if len(value.encode()) > MAX_VALUE_BYTES:
            raise InvalidArgument(
                f"an attribute's value has at most {MAX_VALUE_BYTES} bytes: {key!r} has more"
            )
        if key.startswith(RESERVED_PREFIX) and not key.startswith(CLIENTS_PREFIX):
            raise InvalidArgument(f"an attribute's key cannot begin with goog: {key!r}")
