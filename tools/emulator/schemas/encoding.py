"""The two encodings of data that the service knows."""

from enum import StrEnum

from tools.emulator.errors import InvalidArgument
from tools.emulator.schemas.avro_types import AvroType
from tools.emulator.schemas.binary_encoding import check_binary
from tools.emulator.schemas.json_encoding import check_json
from tools.emulator.schemas.misfit import Misfit


class Encoding(StrEnum):
    """How messages are written; the names are those of the API."""

    JSON = "JSON"
    BINARY = "BINARY"


def check_message(
    data: bytes, schema: AvroType, encoding: Encoding, *, what: str = "the message"
) -> None:
    """Check the data of one message; ``what`` is what the text calls it.

    Raises:
        InvalidArgument: it does not fit; the text has nothing of the data.
    """
    check = check_json if encoding is Encoding.JSON else check_binary
    try:
        check(data, schema)
    except Misfit as error:
        raise InvalidArgument(f"{what} does not fit its schema: {error}") from None
