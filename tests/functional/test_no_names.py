"""Nothing that a run writes shows a customer's name, whatever happens to the customer's events."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy
from google.pubsub_v1.types import PubsubMessage

from tests.churn_command import churn
from tests.functional.bank import Bank, bare, event
from tests.functional.test_events_in_alerts_out import COMPLETE, UNKNOWN
from tests.functional.test_traps import letters
from tests.pubsub_fixtures import embedded_only
from tests.wait import wait_until

pytestmark = pytest.mark.functional

NAME = "Zwyxnommer"
"""In ASCII, which every form of text writes as it is."""
PASSWORD = "hunter2-of-the-bank"

OTHER_ROWS = sqlalchemy.text("""
    SELECT table_name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name <> 'customer'
""")


def call_everybody_by_a_name(bank: Bank, unreadable: int) -> None:
    """Give each customer the name, and one of them an age that quotes it."""
    with bank.stack.open_database() as database, database.engine.begin() as connection:
        rename = sqlalchemy.text("UPDATE customer SET nom = :nom || id_client")
        connection.execute(rename, {"nom": NAME})
        connection.exec_driver_sql("ALTER TABLE customer ALTER age TYPE text")
        spoil = sqlalchemy.text("UPDATE customer SET age = nom WHERE id_client = :id")
        connection.execute(spoil, {"id": unreadable})


def good_events(ids: list[int]) -> list[PubsubMessage]:
    return [event(f"e-{each}", id_client=each, nom=f"{NAME}{each}") for each in ids]


def bad_events(unreadable: int) -> list[PubsubMessage]:
    structured = {
        "specversion": "1.0",
        "type": "customer.updated",
        "source": "crm",
        "id": "s-1",
        "data": {"id_client": "x", "nom": NAME},
    }
    return [
        event("bad-age", id_client=1, age=-1, nom=NAME),
        event("name-as-country", id_client=1, pays=NAME * 10),
        event("name-as-id", id_client=NAME),
        event("unknown", id_client=UNKNOWN, nom=NAME),
        event("unreadable", id_client=unreadable, nom=NAME),
        bare(nom=NAME),
        PubsubMessage(data=f'{{"nom": "{NAME}'.encode()),
        PubsubMessage(data=f"{NAME}é".encode("latin1")),
        PubsubMessage(data=b"{", attributes={"nom": NAME}),
        PubsubMessage(
            data=json.dumps(structured).encode(),
            attributes={"content-type": "application/cloudevents+json"},
        ),
    ]


def pages(environment: Mapping[str, str]) -> Iterator[str]:
    """Read every page of the status server, and one that is not there."""
    for path in ("", "livez", "readyz", "metrics", NAME.encode().hex()):
        url = f"http://127.0.0.1:{environment['CHURN_API__PORT']}/{path}"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                yield f"{answer.headers}{answer.read().decode()}"
        except urllib.error.HTTPError as error:
            with error:
                yield f"{error.headers}{error.read().decode()}"


def rows(bank: Bank) -> Iterator[str]:
    """Read whatever stands in tables other than the customers' own."""
    with bank.stack.open_database() as database, database.engine.connect() as connection:
        for table in connection.execute(OTHER_ROWS).scalars().all():
            yield table
            query = f'SELECT whole::text FROM "{table}" AS whole'
            yield from connection.exec_driver_sql(query).scalars()


def asked(environment: Mapping[str, str], *ids: int) -> Iterator[str]:
    """Ask for scores, by the worker's own code; give everything that is said."""
    done = churn("score", *ids, environment=environment)
    assert done.stderr
    yield done.stdout
    yield done.stderr


@embedded_only
def test_a_name_is_in_nothing_that_a_run_writes(bank: Bank, tmp_path: Path) -> None:
    unreadable, *ids = bank.customers[:41]
    call_everybody_by_a_name(bank, unreadable)
    good, bad = good_events(ids), bad_events(unreadable)
    good.append(event("complete", id_client=UNKNOWN, nom=NAME, **COMPLETE))
    config = tmp_path / "config.yml"
    config.write_text(f"postgresql: {{password: {PASSWORD}}}")
    config.chmod(0o644)
    settings = {
        "CHURN_CONFIG": str(config),
        "CHURN_HISTORY__ENABLED": "true",
        "CHURN_LOG__LEVEL": "DEBUG",
        "CHURN_ALERTS__THRESHOLD": "0",
        "CHURN_DEAD_LETTERS__MAX_SHARE": "1",
        "CHURN_PUBSUB__MAX_DELIVERY_ATTEMPTS": "2",
    }
    with bank.worker(**settings) as worker:
        bank.publish([*good, *bad])
        wait_until(lambda: worker.final() == len(good) + len(bad), timeout=60)
        written = [*pages(bank.environment)]
        assert worker.stop() == 0
        log = worker.log
    alerts = bank.take_all(bank.stack.names.alert_watch)
    dead = letters(bank, len(bad))
    kept = list(rows(bank))
    written += [log, *map(str, alerts), *kept]
    written += [f"{key}={value}" for each in dead for key, value in each.attributes.items()]
    written += asked({**bank.environment, **settings}, *ids[:5], UNKNOWN, unreadable)

    assert len(alerts) == len(good)
    assert "score_history" in kept
    assert sum(NAME.encode() in each.data for each in dead) > 5
    for text in written:
        assert NAME.lower() not in text.lower()
        assert PASSWORD not in text
    assert log.count("password_exposed") == 1
    assert log.count("event_failed") >= len(bad)
