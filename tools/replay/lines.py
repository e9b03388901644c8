"""A message as one line of JSON that the file source reads back."""

import base64

import orjson

from consumer.message import Message
from schemas.moments import rfc3339
from tools.crm.json_text import BadLine, parse, written


def line_of(message: Message) -> bytes:
    """Write a message so that somebody can mend it and send it again; without a line end.

    Data that is a JSON object stands there as one, and may be laid out anew; all other data is
    base64, and comes back byte for byte.
    """
    document = {
        "message_id": message.message_id,
        "publish_time": rfc3339(message.publish_time),
        "ordering_key": message.ordering_key,
        "attributes": dict(message.attributes),
    }
    try:
        data = parse(message.data)
    except BadLine:
        data = None
    if isinstance(data, dict):
        return written(document | {"data": data})
    encoded = base64.b64encode(message.data).decode()
    return orjson.dumps(document | {"data_base64": encoded})
