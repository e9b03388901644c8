"""What becomes of the records of an Avro file, right ones and broken ones."""

import io
import json
import math
import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import fastavro
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumer.decode import decode_message
from consumer.message import Message
from tests.builders import TOPIC
from tests.unit.replay.replay_files import (
    DATA_SCHEMA,
    EXPORT_SCHEMA,
    STARTED,
    avro,
    entries,
    exported,
    ids,
    packed,
    problems,
    read,
)
from tools.replay.files.avro_blocks import MAX_BLOCK_BYTES
from tools.replay.source import Entry, Rejected

EXPORTED = Path(__file__).parents[3] / "schemas" / "exported"
UPDATE_SCHEMA = json.loads((EXPORTED / "customer_update.avsc").read_text())
MARK = b"-sixteen bytes-."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "archive.avro"


def test_an_exported_message_is_the_message_that_it_was(file: Path) -> None:
    attributes = {"ce-id": "e-1", "ordering_key": "1001"}
    file.write_bytes(avro([exported(7, attributes=attributes, data=b"\0\xff")]))
    (entry,) = entries(file)
    published = datetime(2024, 5, 1, 9, 30, 0, 250_000, tzinfo=UTC)
    assert entry.message == Message("7", b"\0\xff", {"ce-id": "e-1"}, published, "1001")


def test_an_export_without_metadata_is_read_as_lines_are(tmp_path: Path) -> None:
    data = b'{"id_client": 7, "balance": 1.50}'
    (tmp_path / "1.avro").write_bytes(avro([{"data": data + b"\n"}], DATA_SCHEMA))
    (tmp_path / "2.jsonl").write_bytes(data)
    one, same = entries(tmp_path)
    assert one.message == same.message
    assert decode_message(one.message, TOPIC).update.balance == 1.5


def test_in_this_projects_own_archive_null_means_that_the_event_does_not_carry_the_field(
    file: Path,
) -> None:
    update = {"id_client": 7, "pays": "France", "date_entree": date(2018, 6, 1), "age": None}
    file.write_bytes(avro([update], UPDATE_SCHEMA))
    (entry,) = entries(file)
    assert json.loads(entry.message.data) == {
        "id_client": 7,
        "pays": "France",
        "date_entree": "2018-06-01",
    }
    assert decode_message(entry.message, TOPIC).time == STARTED


def test_a_second_replay_gives_the_same_ids(file: Path) -> None:
    file.write_bytes(avro([{"id_client": 7, "balance": 0.1}, {"id_client": 8}], UPDATE_SCHEMA))
    first, again = entries(file), entries(file)
    assert first == again
    assert first[0].message.attributes["ce-id"] != first[1].message.attributes["ce-id"]


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz"])
def test_blocks_may_be_packed(file: Path, codec: str) -> None:
    file.write_bytes(avro([exported(n) for n in range(100)], codec=codec, block_bytes=500))
    assert ids(entries(file)) == [*range(100)]


def test_blocks_may_be_packed_by_snappy(file: Path) -> None:
    content = binary(exported(7))
    literal = bytes([len(content), 60 << 2, len(content) - 1]) + content
    checksum = zlib.crc32(content).to_bytes(4, "big")
    file.write_bytes(laid_out("snappy", literal + checksum))
    assert ids(entries(file)) == [7]


def test_a_small_block_that_unpacks_to_a_very_large_one_is_passed_over(file: Path) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(bytes(MAX_BLOCK_BYTES + 1)) + packer.flush()
    file.write_bytes(laid_out("deflate", bomb))
    assert problems(file) == [f"{file}, records 1 to 1: is a block of more than 67108864 bytes"]


def binary(record: dict[str, Any]) -> bytes:
    content = io.BytesIO()
    fastavro.schemaless_writer(content, EXPORT_SCHEMA, record)
    return content.getvalue()


def laid_out(codec: str, packed_block: bytes) -> bytes:
    """A file of one block with one record, which the test has packed itself."""
    name = codec.encode()
    header = avro([]).replace(b"\x08null", bytes([2 * len(name)]) + name)
    size = io.BytesIO()
    fastavro.schemaless_writer(size, "long", len(packed_block))
    return header + b"\x02" + size.getvalue() + packed_block + MARK


def test_a_codec_that_is_not_known_is_told_with_those_that_are(file: Path) -> None:
    file.write_bytes(avro([exported(1)]).replace(b"\x08null", b"\x08lz99"))
    assert problems(file) == [
        f"{file}: is packed as 'lz99'; write it as null, deflate, bzip2, xz, snappy"
    ]


@pytest.mark.parametrize(
    "schema",
    [
        json.loads((EXPORTED / "churn_alert.avsc").read_text()),
        {"type": "record", "name": "R", "fields": [{"name": "text", "type": "string"}]},
        {
            "type": "record",
            "name": "Endless",
            "fields": [
                {"name": "id_client", "type": "long"},
                {"name": "more", "type": {"type": "array", "items": "null"}},
            ],
        },
        {
            "type": "record",
            "name": "Itself",
            "fields": [{"name": "id_client", "type": ["long", "Itself"]}],
        },
    ],
    ids=lambda schema: schema["name"],
)
def test_records_that_are_no_events_are_refused_unread(file: Path, schema: Any) -> None:
    file.write_bytes(avro([], schema) + b"\x02\x02\x00" + MARK)
    (told,) = problems(file)
    assert told.startswith(f"{file}: holds records that are no events; export messages with")


def test_a_record_that_is_no_event_is_put_aside(file: Path) -> None:
    records = [{"data": b'{"id_client": 1}'}, {"data": b"oops"}, {"data": b'{"id_client": 3}'}]
    file.write_bytes(avro(records, DATA_SCHEMA))
    found = read(file)
    assert ids(found) == [1, 3]
    assert found[1][:2] == (
        f"{file}, record 2: is not JSON: Expecting value at column 1",
        b"oops",
    )


def test_what_json_has_no_number_for_is_put_aside(file: Path) -> None:
    records: list[dict[str, Any]] = [{"id_client": 1, "balance": math.nan}, {"id_client": 2}]
    file.write_bytes(avro(records, UPDATE_SCHEMA))
    assert ids(read(file)) == [2]
    assert problems(file) == [f"{file}, record 1: holds NaN or infinity"]


def test_a_damaged_block_is_passed_over(file: Path) -> None:
    whole = avro([exported(n) for n in range(5)])
    file.write_bytes(whole.replace(b'{"id_client": 2}' + MARK, b'{"id_client": 2}' + MARK[::-1]))
    assert ids(read(file)) == [0, 1, 4]
    assert problems(file) == [f"{file}, record 3: is damaged: a block is passed over"]


def test_of_a_block_whose_records_are_damaged_those_that_are_lost_are_named(file: Path) -> None:
    texts = [{"text": text, "data": b'{"id_client": 7}'} for text in ("one", "two", "six", "ten")]
    fields = [{"name": "text", "type": "string"}, *DATA_SCHEMA["fields"]]
    whole = avro(texts, DATA_SCHEMA | {"fields": fields}, block_bytes=60)
    file.write_bytes(whole.replace(b"two", b"tw\xff"))
    found = read(file)
    assert ids(found) == [7, 7]
    assert problems(file) == [f"{file}, records 2 to 3: cannot be read as the schema says"]


def test_a_block_that_cannot_be_unpacked_is_passed_over(file: Path) -> None:
    whole = avro([exported(n) for n in range(40)], codec="deflate", block_bytes=1_000)
    first = whole.index(MARK) + len(MARK)
    file.write_bytes(whole[: first + 4] + b"\xff\xff\xff" + whole[first + 7 :])
    (told,) = problems(file)
    assert told.endswith("cannot be unpacked")
    customers = ids(read(file))
    assert customers == [*range(40 - len(customers), 40)]


def test_of_a_file_that_is_cut_short_counts_what_was_read(tmp_path: Path) -> None:
    whole = avro([exported(n) for n in range(5)])
    (tmp_path / "1.avro").write_bytes(whole[:-20])
    (tmp_path / "2.avro").write_bytes(packed(whole)[:-100])
    (tmp_path / "3.avro").write_bytes(b"Obj\x01")
    (tmp_path / "4.avro").write_bytes(avro([exported(9)]))
    assert ids(read(tmp_path)) == [0, 1, 2, 3, *ids(read(tmp_path / "2.avro")), 9]
    assert [told.removeprefix(f"{tmp_path}/") for told in problems(tmp_path)] == [
        "1.avro, record 5: is cut short: what follows is missing",
        "2.avro: is cut short: what follows is missing",
        "3.avro: has no whole Avro header",
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(4), byte=st.integers(0, 255), codec=st.sampled_from(["null", "deflate"]))
def test_one_wrong_byte_never_stops_the_replay(file: Path, at: int, byte: int, codec: str) -> None:
    whole = bytearray(avro([exported(n) for n in range(20)], codec=codec, block_bytes=300))
    whole[4 + at % (len(whole) - 4)] = byte
    file.write_bytes(whole)
    for piece in read(file):
        assert isinstance(piece, Entry | Rejected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            exported,
            st.integers(0, 9),
            data=st.binary(max_size=50),
            attributes=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
            publish_time=st.datetimes(timezones=st.just(UTC)),
        ),
        max_size=8,
    ),
    st.integers(1, 500),
)
def test_an_export_comes_back_as_it_was(
    file: Path, records: list[dict[str, Any]], block_bytes: int
) -> None:
    file.write_bytes(avro(records, EXPORT_SCHEMA, block_bytes=block_bytes))
    assert [
        {**entry.message.attributes} | {"data": entry.message.data} for entry in entries(file)
    ] == [
        {k: v for k, v in record["attributes"].items() if k != "ordering_key"}
        | {"data": record["data"]}
        for record in records
    ]
