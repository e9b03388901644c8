"""Files to replay lie in a real bucket."""

import gzip

import pytest

from consumer.errors import AccessDenied, ChurnError, ResourceMissing, StorageDown
from tests.contract.storage.answers import Answers
from tests.unit.replay.replay_files import STARTED, avro, entries, exported, ids, lines, read
from tools.errors import BadInput
from tools.replay.files import content, open_files
from tools.stack.storage import Storage


def test_a_prefix_stands_for_all_objects_that_begin_so(storage: Storage, bucket: str) -> None:
    storage.upload(bucket, "archive/2024-05-02_b.avro", avro([exported(3)]))
    storage.upload(bucket, "archive/2024-05-01/a.jsonl", lines(1))
    storage.upload(bucket, "archive/2024-05-01/b.jsonl.gz", gzip.compress(lines(2)))
    storage.upload(bucket, "archive/2024-06-01.jsonl", lines(4))
    assert ids(entries(f"gs://{bucket}/archive/2024-05*")) == [1, 2, 3]
    assert ids(entries(f"gs://{bucket}/archive/*/b*")) == [2]
    assert ids(entries(f"gs://{bucket}/archive/")) == [1, 2, 3, 4]
    assert ids(entries(f"gs://{bucket}/archive/2024-06-01.jsonl")) == [4]


def test_an_object_is_read_piece_by_piece_and_goes_on_where_it_stopped(
    storage: Storage, bucket: str
) -> None:
    broken = b"\xff" * content.BUFFER_BYTES + b"\n"
    storage.upload(bucket, "large.jsonl", lines(1, 2) + broken + lines(4))
    with open_files([f"gs://{bucket}/large.jsonl"], now=STARTED) as source:
        found = list(source.entries())
        assert ids(found) == [1, 2, 4]
        first = content.BUFFER_BYTES
        assert [piece.read for piece in found] == [first, first, source.total, source.total]
        assert list(source.entries(found[1].cursor)) == found[2:]


def test_an_object_that_is_stored_with_the_encoding_gzip_is_read_as_it_is_stored(
    storage: Storage, bucket: str
) -> None:
    blob = storage.client.bucket(bucket).blob("encoded.jsonl")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(lines(1, 2)))
    assert ids(entries(f"gs://{bucket}/encoded.jsonl")) == [1, 2]


def test_an_object_that_was_replaced_is_another_one(storage: Storage, bucket: str) -> None:
    storage.upload(bucket, "a.jsonl", lines(1, 2))
    cursor = entries(f"gs://{bucket}/a.jsonl")[0].cursor
    storage.upload(bucket, "a.jsonl", lines(1, 2))
    with pytest.raises(BadInput, match="has changed since"):
        read(f"gs://{bucket}/a.jsonl", after=cursor)


def test_an_object_that_vanishes_while_it_is_read_is_named(storage: Storage, bucket: str) -> None:
    storage.upload(bucket, "a.jsonl", lines(1))
    with open_files([f"gs://{bucket}/*"], now=STARTED) as source:
        storage.delete(bucket, "a.jsonl")
        with pytest.raises(ResourceMissing, match=rf"^gs://{bucket}/a\.jsonl: not found"):
            list(source.entries())


def test_where_nothing_is_found_the_text_says_what_to_write(bucket: str) -> None:
    with pytest.raises(BadInput, match=rf"^gs://{bucket}/none\*: no such object; write its whole"):
        read(f"gs://{bucket}/none*")


@pytest.mark.usefixtures("bucket")
def test_a_missing_bucket_is_named() -> None:
    with pytest.raises(ResourceMissing, match=r"^gs://no-such-bucket/a\*: not found; it is gone"):
        read("gs://no-such-bucket/a*")


@pytest.mark.parametrize("uri", ["gs://", "gs:/bucket/a", "gs://UPPER/a"])
@pytest.mark.usefixtures("answers")
def test_what_is_no_uri_is_told(uri: str) -> None:
    with pytest.raises(BadInput, match="is no Cloud Storage URI; write gs://bucket/prefix"):
        read(uri)


@pytest.mark.parametrize(
    ("status", "expected", "text"),
    [
        (401, AccessDenied, "give whoever replays the role"),
        (403, AccessDenied, "give whoever replays the role"),
        (501, ChurnError, "STORAGE_EMULATOR_HOST"),
    ],
)
def test_what_the_service_answers_is_told_for_a_replay(
    answers: Answers, status: int, expected: type[ChurnError], text: str
) -> None:
    answers.script["/"] = (status, b"{}")
    with pytest.raises(expected, match=rf"^gs://archive-1/a\*: .*{text}"):
        read("gs://archive-1/a*")


def test_missing_credentials_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "none.json")
    with pytest.raises(AccessDenied, match="gcloud auth application-default login"):
        read("gs://archive-1/a*")


@pytest.mark.long
def test_an_outage_that_lasts_is_told(storage: Storage, bucket: str) -> None:
    storage.upload(bucket, "a.jsonl", lines(1))
    with open_files([f"gs://{bucket}/*"], now=STARTED) as source:
        storage.stop()
        with pytest.raises(StorageDown, match="cannot be reached"):
            list(source.entries())
