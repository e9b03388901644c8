"""Messages as nobody should send them: near-JSON, extreme values, attributes beyond the limits."""

import json
from typing import Any

from hypothesis import strategies as st

from consumer.message import Message
from schemas import dead_letters as words
from schemas.events import CustomerUpdate
from tests.builders import NOON, ce_attributes

NAME = "Vercingétorix-Zwyx"
"""A customer's name: it may stand in the data, and in nothing that is made of it."""

FIELDS = (*CustomerUpdate.model_fields, "telephone", "ID_CLIENT", "")
TOKENS = (
    *("null", "true", "false", "NaN", "Infinity", "-Infinity", "nan", "undefined", "'x'"),
    *("0", "-0", "-0.0", "1", "42", "42.0", "1.5", "01", "+1", ".5", "1.", "0x10", "1_000"),
    *("1e3", "1e400", "-1e400", "1E-400", "1e308", "9" * 400, "0." + "1" * 400),
    *("2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775809"),
    *("18446744073709551616", "9007199254740992.0", "9007199254740993.0", "4503599627370496.0"),
    *('"Yes"', '"No"', '"H"', '"F"', '"France"', '"2018-06-01"', '"2018-02-30"', '"0000-00-00"'),
    *('""', '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\uD83D\\uDE00"', '"\\x"', '"\t"', '"'),
    *(f'"{NAME}"', '"' + "x" * 70 + '"', "[" * 2_000, '{"a":' * 1_500, "[" * 900 + "]" * 900),
)
NO_TEXT = (
    b"\xff",
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xf0\x9f\x98",
    b"\xe9",
)
TIMES = (
    *("2024-05-01T09:30:00Z", "2024-05-01t09:30:00z", "2024-05-01T09:30:00.1234567890123+02:00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-05-01T24:00:00Z"),
    *("2024-05-01T09:30:60Z", "2024-05-01T09:30:00+99:99", "\u0662024-05-01T09:30:00Z", ""),
)

_scalars = st.one_of(
    st.sampled_from(TOKENS),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(json.dumps),
    st.text(max_size=12).map(json.dumps),
)
_keys = st.one_of(st.sampled_from(FIELDS).map(json.dumps), st.text(max_size=6).map(json.dumps))


def _array(items: list[str]) -> str:
    return f"[{','.join(items)}]"


def _object(pairs: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"


_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(_array),
        st.lists(st.tuples(_keys, inner), max_size=3).map(_object),
    ),
    max_leaves=5,
)
_identity = st.tuples(st.just('"id_client"'), st.one_of(st.just("1"), _scalars))
updates = st.builds(
    lambda identity, pairs: _object([*identity, *pairs]),
    st.lists(_identity, max_size=2),
    st.lists(st.tuples(_keys, _values), max_size=4),
)
"""Texts that are nearly a customer update; keys may be repeated."""

_FITTING = {
    "age": ("42", "0", "42.0"),
    "pays": ('"France"', '"\\u00c9tat"'),
    "balance": ("1e308", "-0.0", "12.5"),
    "nom": (f'"{NAME}"',),
    "membre_actif": ('"Yes"', "null"),
    "date_entree": ('"2018-06-01"',),
}
_fitting = st.sampled_from(sorted(_FITTING)).flatmap(
    lambda name: st.tuples(st.just(json.dumps(name)), st.sampled_from(_FITTING[name]))
)
right = st.lists(_fitting, max_size=4).map(lambda pairs: _object([('"id_client"', "1"), *pairs]))
"""Texts of updates as they should be, with every form that a value may have."""


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _spoilt(data: bytes, at: int, put: bytes) -> bytes:
    place = at % (len(data) + 1)
    return data[:place] + put + data[place + len(put) % 3 :]


near_json = st.one_of(
    updates.map(_encoded),
    _values.map(_encoded),
    st.builds(
        _spoilt,
        updates.map(_encoded),
        st.integers(0, 2_000),
        st.one_of(st.sampled_from(NO_TEXT), st.binary(max_size=4)),
    ),
    updates.map(lambda text: text.encode("utf-16", errors="surrogatepass")),
)

_context = st.fixed_dictionaries(
    {},
    optional={
        "ce-id": st.sampled_from(["1", "", "é" * 512]),
        "ce-source": st.sampled_from(["crm/paris", "", "\x00"]),
        "ce-type": st.sampled_from(["customer.updated", "customer.deleted", ""]),
        "ce-specversion": st.sampled_from(["1.0", "0.3", ""]),
        "ce-time": st.sampled_from(TIMES),
        "ce-replay": st.sampled_from(["r-1", ""]),
        "ce-": st.just("x"),
    },
)
_sound = st.sampled_from([{}, ce_attributes("e-1")])
_content_types = st.sampled_from(
    [
        {},
        {"content-type": "application/json"},
        {"Content-Type": "application/cloudevents+json; charset=UTF-8"},
        {"content-type": "application/cloudevents+json"},
    ]
)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_strange = st.dictionaries(
    st.one_of(
        _texts,
        st.sampled_from([*words.ADDED, words.ENVELOPE, "goog", "googclient_x", "topic", "self"]),
        st.sampled_from(["k" * 256, "k" * 257, "é" * 128, "é" * 129]),
    ),
    st.one_of(_texts, st.sampled_from(["v" * 1_024, "v" * 1_025, "é" * 512, "é" * 513, "gzip"])),
    max_size=4,
)
_crowds = st.one_of(st.just(0), st.sampled_from([90, 93, 94, 95, 99, 100, 101])).map(
    lambda count: {f"more-{number}": "x" for number in range(count)}
)


def _together(*parts: dict[str, str]) -> dict[str, str]:
    return {key: value for part in parts for key, value in part.items()}


attributes = st.one_of(
    st.builds(_together, _sound, _strange, _crowds),
    st.builds(_together, _sound, _context, _content_types, _strange, _crowds),
)
"""Attributes with every kind of CloudEvents context, up to Pub/Sub's limits and over them."""


def _structured(context: dict[str, Any], data: str) -> bytes:
    envelope = {"specversion": "1.0", "type": "customer.updated", "source": "crm", "id": "1"}
    fields = {key: json.dumps(value) for key, value in {**envelope, **context}.items()}
    return _encoded(_object([*((json.dumps(k), v) for k, v in fields.items()), ('"data"', data)]))


structured = st.builds(
    _structured,
    st.fixed_dictionaries(
        {},
        optional={
            "time": st.one_of(st.sampled_from(TIMES), st.none(), st.just(1)),
            "data_base64": st.one_of(st.just("eyJpZF9jbGllbnQiOiAxfQ=="), st.just(1), st.text()),
            "id": st.one_of(st.none(), st.just(""), st.just(["1"])),
            "replay": st.one_of(st.none(), st.just("r"), st.just(0)),
        },
    ),
    updates,
)
data = st.one_of(right.map(_encoded), near_json, structured, st.binary(max_size=200))

messages = st.builds(
    Message,
    message_id=st.just("42"),
    data=data,
    attributes=attributes,
    publish_time=st.just(NOON),
    ordering_key=st.sampled_from(["", "customer-1"]),
    delivery_attempt=st.sampled_from([None, 1, 100]),
)
