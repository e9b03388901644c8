"""One dead letter in full, with names hidden or, where that is asked for, as it is."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from consumer.message import Message
from tools.dead_letters.lines import NO_ERROR, document
from tools.dead_letters.masking import NotReadable, masked, masked_data
from tools.downstream.text import printable
from tools.replay.subscriptions.originals import DamagedEnvelope, original_of

MOST_SHOWN = 10_000
"""Characters of data that nobody could read."""

_ABOUT = ("publish_time", "first_seen", "error", "reason", "stage", "attempts", "redrives")


def full_document(letter: Message, *, unmasked: bool) -> dict[str, Any]:
    """Give a dead letter with the original's attributes and data.

    ``data`` is the masked JSON object; null where it is none, and then ``note`` says so. Unmasked
    there is ``data_base64`` instead, the original bytes.
    """
    about = document(letter)
    try:
        original = original_of(letter)
    except DamagedEnvelope:
        note = f"the envelope is damaged: {len(letter.data)} bytes"
        return {**about, "attributes": {}, "data": None, "note": note}
    if unmasked:
        encoded = base64.b64encode(original.data).decode()
        return {**about, "attributes": dict(original.attributes), "data_base64": encoded}
    shown = {**about, "attributes": masked(original.attributes)}
    try:
        return {**shown, "data": masked_data(original.data), "note": None}
    except NotReadable:
        return {**shown, "data": None, "note": _not_shown(original.data)}


def full_text(letter: Message, *, unmasked: bool) -> Iterator[str]:
    """Write a dead letter in full, line by line."""
    shown = full_document(letter, unmasked=unmasked)
    yield f"message       {letter.message_id}"
    for name in (*_ABOUT, "subscription"):
        value = shown[name] or (NO_ERROR if name == "error" else shown[name])
        if value not in {None, ""}:
            yield f"{name.replace('_', ' '):<13} {printable(str(value))}"
    yield "attributes"
    for name, value in sorted(shown["attributes"].items()):
        yield f"  {printable(name)}: {printable(value)}"
    yield "data"
    if unmasked and "data_base64" in shown:
        yield from _raw(base64.b64decode(shown["data_base64"]))
    elif shown["data"] is None:
        yield f"  {shown['note']}"
    else:
        text = json.dumps(shown["data"], indent=2, ensure_ascii=False)
        yield from (f"  {printable(each)}" for each in text.split("\n"))


def _raw(data: bytes) -> Iterator[str]:
    text = data[:MOST_SHOWN].decode(errors="backslashreplace")
    yield f"  {printable(text)}"
    if len(data) > MOST_SHOWN:
        yield f"  … {len(data) - MOST_SHOWN} bytes more: `churn dead-letters export` has them all"


def _not_shown(data: bytes) -> str:
    if not data:
        return "no data"
    return f"{len(data)} bytes that are no JSON object; --unmasked shows them, with any names"
