"""A worker's watch sees what happens to a model in a real bucket, and takes what it should."""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from consumer.health import Health
from consumer.model import LoadedModel, load_model
from consumer.model.source import fetch
from consumer.model.watch import ModelWatch, StoredSource
from consumer.telemetry import Metrics
from schemas.manifest import Manifest
from tests.unit.model.stored_models import manifest_of, trained
from tools.stack.storage import Storage

BLOB = "model/Trial.pkl"
MANIFEST = "model/Trial.pkl.manifest.json"


@dataclass(frozen=True)
class Release:
    """A pickle and the manifest that belongs to it."""

    pickle: bytes
    about: Manifest

    @property
    def manifest(self) -> bytes:
        return self.about.model_dump_json().encode()

    def naming(self, generation: int) -> bytes:
        """The manifest, with the generation that the pickle has in the bucket."""
        named = self.about.model_copy(update={"generation": generation})
        return named.model_dump_json().encode()


def release(version: str) -> Release:
    estimator = trained(rounds=int(version))
    content = pickle.dumps(estimator)
    return Release(content, manifest_of(content, estimator, version=version))


FIRST, SECOND = release("1"), release("2")


@dataclass
class Shop:
    """A bucket with a model in it, and a watch over it."""

    storage: Storage
    bucket: str
    sha256: str | None = None
    used: list[LoadedModel] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.push(FIRST)
        source = StoredSource(self.uri, self.sha256, (), warm_rows=50)
        self.watch = ModelWatch(
            source,
            role="current",
            use=self.used.append,
            health=Health(),
            metrics=self.metrics,
            generation=source.current_generation(),
        )

    @property
    def uri(self) -> str:
        return f"gs://{self.bucket}/{BLOB}"

    def put_pickle(self, content: bytes) -> int:
        return self.storage.upload(self.bucket, BLOB, content)

    def put_manifest(self, content: bytes) -> int:
        return self.storage.upload(self.bucket, MANIFEST, content)

    def push(self, what: Release) -> None:
        self.put_pickle(what.pickle)
        self.put_manifest(what.manifest)

    def push_named(self, what: Release) -> bytes:
        """Upload the pickle, and then the manifest with the generation that it got."""
        manifest = what.naming(self.put_pickle(what.pickle))
        self.put_manifest(manifest)
        return manifest

    def versions(self) -> list[str]:
        return [model.reference.version for model in self.used]

    def value(self, name: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, {"role": "current"})

    def look(self, times: int = 1) -> list[str]:
        for _ in range(times):
            self.watch.look()
        return self.versions()


@pytest.fixture
def shop(storage: Storage, bucket: str) -> Shop:
    return Shop(storage, bucket)


def test_a_new_model_is_used_a_bad_one_refused_and_the_old_one_put_back(shop: Shop) -> None:
    assert shop.look() == []
    shop.push(SECOND)
    assert shop.look(2) == ["2"]
    shop.put_pickle(SECOND.pickle + b"tampered")
    assert shop.look(3) == ["2"]
    assert shop.value("churn_model_refused_total") == 1
    shop.push(FIRST)
    assert shop.look(2) == ["2", "1"]


@pytest.mark.parametrize("manifest_first", [True, False])
def test_between_the_two_halves_of_an_upload_nothing_is_used_and_nothing_refused(
    shop: Shop, manifest_first: bool
) -> None:
    halves: list[Callable[[], int]] = [
        lambda: shop.put_pickle(SECOND.pickle),
        lambda: shop.put_manifest(SECOND.manifest),
    ]
    first, second = reversed(halves) if manifest_first else halves
    first()
    assert shop.look() == []
    second()
    assert shop.look() == ["2"]
    assert shop.value("churn_model_refused_total") == 0


@pytest.fixture(scope="module")
def versioned() -> Iterator[Storage]:
    """A server of its own: the one that keeps its objects over a stop keeps no generations."""
    with Storage(versions=True) as server:
        yield server


def test_a_manifest_that_names_a_generation_gets_that_pickle_whatever_came_after(
    versioned: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", versioned.address)
    versioned.create_bucket("models", versioning=True)
    shop = Shop(versioned, "models")
    first, second = shop.push_named(FIRST), shop.push_named(SECOND)
    assert shop.look() == ["2"]
    shop.put_pickle(b"the first half of the next upload")
    assert fetch(shop.uri).pickle == SECOND.pickle
    assert shop.look(3) == ["2"]
    shop.put_manifest(first)  # rolled back by the manifest alone
    assert fetch(shop.uri).pickle == FIRST.pickle
    assert shop.look(3) == ["2", "1"]
    shop.put_manifest(second)
    assert shop.look(3) == ["2", "1", "2"]
    assert shop.value("churn_model_refused_total") == 0


def test_where_the_named_generation_is_gone_the_digest_decides(shop: Shop) -> None:
    named = shop.push_named(SECOND)
    assert shop.look() == ["2"]
    shop.push(FIRST)
    assert shop.look() == ["2", "1"]
    shop.put_pickle(SECOND.pickle)
    shop.put_manifest(named)  # out of a backup: the same bytes under a new generation
    assert shop.look() == ["2", "1", "2"]
    shop.put_pickle(FIRST.pickle)
    assert shop.look(3) == ["2", "1", "2"]
    assert shop.value("churn_model_refused_total") == 1


def test_a_pinned_digest_refuses_every_other_model(storage: Storage, bucket: str) -> None:
    storage.upload(bucket, BLOB, FIRST.pickle)
    storage.upload(bucket, MANIFEST, FIRST.manifest)
    pinned = load_model(f"gs://{bucket}/{BLOB}").reference.sha256
    shop = Shop(storage, bucket, sha256=pinned)
    shop.push(SECOND)
    assert shop.look(3) == []
    assert shop.value("churn_model_refused_total") == 1


def test_an_outage_while_looking_refuses_nothing_and_is_over_when_it_is_over(shop: Shop) -> None:
    shop.push(SECOND)
    shop.storage.stop()
    assert shop.look() == []
    assert shop.value("churn_model_look_failures_total") == 1
    shop.storage.start()
    assert shop.look() == ["2"]
    assert shop.value("churn_model_refused_total") == 0


def test_a_model_that_is_deleted_stays_in_use(shop: Shop) -> None:
    for name in (BLOB, MANIFEST):
        shop.storage.delete(shop.bucket, name)
    assert shop.look(2) == []
    assert shop.value("churn_model_look_failures_total") == 2
    shop.push(SECOND)
    assert shop.look() == ["2"]
