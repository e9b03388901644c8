"""A trained model goes live in a real bucket."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from google.cloud.storage import Bucket

from consumer.errors import AccessDenied, ResourceMissing
from consumer.model import load_model
from consumer.model.bucket import BlobLocation
from tests.contract.storage.answers import Answers
from tests.unit.training.rows import bank
from tools.stack.storage import Storage
from tools.training import TrainedModel, train_model
from tools.training.bucket import Superseded, read
from tools.training.bucket import replace as replace_object
from tools.training.promotions import Promotion, append
from tools.training.push import Pushed, push_model, put_manifest, put_pickle

BLOB = "model/Small.pkl"
MANIFEST = "model/Small.pkl.manifest.json"
LOG = "model/Small.pkl.promotions.jsonl"
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    return train_model(
        *bank(), as_of=None, name="Small", version="1", seed=0, clock=lambda: NOON, repeats=1
    )


def renamed(trained: TrainedModel, version: str) -> TrainedModel:
    return replace(trained, manifest=trained.manifest.model_copy(update={"version": version}))


def push(trained: TrainedModel, bucket: str, by: str = "ada") -> Pushed:
    return push_model(trained, BlobLocation(bucket, BLOB), by=by, clock=lambda: NOON)


@pytest.fixture
def place(storage: Storage, bucket: str) -> Bucket:
    """The bucket as Google's client gives it."""
    return storage.client.bucket(bucket)


def log_of(place: Bucket) -> list[Promotion]:
    lines = place.blob(LOG).download_as_bytes().splitlines()
    return [Promotion.model_validate_json(line) for line in lines]


def test_a_pushed_model_is_what_workers_load(trained: TrainedModel, bucket: str) -> None:
    pushed = push(trained, bucket)
    model = load_model(pushed.uri)
    assert (model.reference.version, model.reference.sha256) == ("1", trained.manifest.sha256)


def test_the_manifest_names_the_generation_of_its_pickle(
    trained: TrainedModel, bucket: str, place: Bucket
) -> None:
    pushed = push(trained, bucket)
    manifest = json.loads(place.blob(MANIFEST).download_as_bytes())
    assert manifest["generation"] == pushed.generation == place.get_blob(BLOB).generation


def test_each_push_adds_a_line_to_the_log(
    trained: TrainedModel, bucket: str, place: Bucket
) -> None:
    first = push(trained, bucket, by="ada")
    second = push(renamed(trained, "2"), bucket, by="grace")
    assert second.generation > first.generation
    lines = log_of(place)
    assert [(line.by, line.version, line.generation) for line in lines] == [
        ("ada", "1", first.generation),
        ("grace", "2", second.generation),
    ]
    assert lines[1].metrics == trained.metrics
    assert lines[1].at == NOON
    assert load_model(second.uri).reference.version == "2"


def test_a_manifest_does_not_replace_that_of_a_newer_pickle(
    trained: TrainedModel, bucket: str, place: Bucket
) -> None:
    early = put_pickle(place, BLOB, trained.pickle)
    late = push(renamed(trained, "late"), bucket)
    manifest = trained.manifest.model_copy(update={"generation": early})
    with pytest.raises(Superseded, match="somebody else pushed a model at the same time"):
        put_manifest(place, BLOB, manifest)
    assert load_model(late.uri).reference.version == "late"


def test_the_newer_of_two_pickles_gets_its_manifest_last(
    trained: TrainedModel, bucket: str, place: Bucket
) -> None:
    for version, generation in [
        (version, put_pickle(place, BLOB, trained.pickle)) for version in ("early", "late")
    ]:
        changes = {"generation": generation, "version": version}
        put_manifest(place, BLOB, trained.manifest.model_copy(update=changes))
    assert load_model(f"gs://{bucket}/{BLOB}").reference.version == "late"


def test_pushes_at_the_same_time_leave_one_model_whole(
    trained: TrainedModel, bucket: str, place: Bucket
) -> None:
    def attempt(number: int) -> str | None:
        # Bytes after a pickle's end are never read: content and digest of its own for each.
        content = trained.pickle + b"%d" % number
        manifest = trained.manifest.model_copy(update={"version": str(number)})
        try:
            push(replace(trained, pickle=content, manifest=manifest), bucket, by=f"{number}")
        except Superseded:
            return None
        return str(number)

    with ThreadPoolExecutor(4) as pool:
        winners = {each for each in pool.map(attempt, range(8)) if each is not None}
    manifest = json.loads(place.blob(MANIFEST).download_as_bytes())
    assert manifest["generation"] == place.get_blob(BLOB).generation
    assert place.blob(BLOB).download_as_bytes().endswith(manifest["version"].encode())
    assert manifest["version"] in winners
    assert {line.by for line in log_of(place)} == winners


def test_lines_that_are_added_at_the_same_time_are_all_kept(
    trained: TrainedModel, bucket: str, place: Bucket
) -> None:
    push(trained, bucket, by="first")
    (line,) = log_of(place)
    others = [line.model_copy(update={"by": str(number)}) for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda each: append(place, BLOB, each), others))
    assert {each.by for each in log_of(place)} == {"first", *"012345"}


def test_a_write_whose_answer_got_lost_is_known_again(place: Bucket) -> None:
    """The client tries again and is refused, because the object is already what it writes."""
    first = replace_object(place, "object", b"ours", generation=0, kind="text/plain")
    assert first
    assert replace_object(place, "object", b"ours", generation=0, kind="text/plain") == first
    assert replace_object(place, "object", b"theirs", generation=0, kind="text/plain") is None
    assert read(place, "object") == (b"ours", first)


@pytest.mark.usefixtures("bucket")
def test_a_missing_bucket_is_named(trained: TrainedModel) -> None:
    with pytest.raises(ResourceMissing, match=r"no-such-bucket/model/Small\.pkl: not found"):
        push(trained, "no-such-bucket")


def test_a_bucket_that_may_not_be_written_says_which_role_is_missing(
    trained: TrainedModel, answers: Answers
) -> None:
    answers.script["/"] = (403, b"{}")
    with pytest.raises(AccessDenied, match=re.escape("roles/storage.objectUser")):
        push(trained, "bank-models")
