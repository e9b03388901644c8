"""What `churn shadow` makes of the metrics that workers really serve."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from rich.console import Console

from consumer.health import Health
from consumer.settings import ApiSettings
from consumer.shadow_metrics import ShadowMetrics
from consumer.status_server import StatusServer
from consumer.telemetry import Metrics
from schemas.alerts import ModelReference
from tests.ports import deaf_port
from tools.errors import BadInput
from tools.shadow import table
from tools.shadow_report import PairOfModels, add_up, read

CURRENT = "a" * 64
CANDIDATE = ModelReference(name="Churn", version="2 [beta]", sha256="b" * 64)
PAIR = PairOfModels("Churn", "2 [beta]", "b" * 64, CURRENT)
API = ApiSettings(host="127.0.0.1", port=0)


class Worker:
    """The metrics of one worker, served as it serves them."""

    def __init__(self) -> None:
        metrics = Metrics()
        self.server = StatusServer(API, health=Health(), metrics=metrics)
        self.shadow = ShadowMetrics(metrics.registry)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.port}"


@pytest.fixture
def workers() -> Iterator[tuple[Worker, Worker]]:
    with ExitStack() as opened:
        pair = Worker(), Worker()
        for each in pair:
            opened.enter_context(each.server)
        yield pair


def test_workers_that_compare_the_same_models_are_added_up(workers: tuple[Worker, Worker]) -> None:
    for worker in workers:
        worker.shadow.begin(CANDIDATE, CURRENT)
        worker.shadow.decided("silent", "silent", "France", 10)
        worker.shadow.decided("silent", "high", "France", 2)
        worker.shadow.decided("critical", "silent", "Allemagne", 1)
        worker.shadow.decided("high", "critical", "Allemagne", 3)
        worker.shadow.decided("critical", "high", "Allemagne", 4)
        worker.shadow.skipped("behind", 5)
    ((pair, found),) = add_up(read(each.address) for each in workers).items()
    assert (pair, found.workers) == (PAIR, 2)
    assert (found.compared(), found.changed()) == (40, 20)
    assert (found.compared("France"), found.new_alerts("France")) == (24, 4)
    assert (found.lost_alerts(), found.raised(), found.lowered()) == (2, 6, 8)
    assert found.new_alerts("Allemagne") == 0
    assert found.skipped["behind"] == 10


def test_workers_that_compare_other_models_are_kept_apart(workers: tuple[Worker, Worker]) -> None:
    workers[0].shadow.begin(CANDIDATE, CURRENT)
    workers[1].shadow.begin(CANDIDATE, "c" * 64)
    found = add_up(read(each.address) for each in workers)
    assert {pair.against[0] for pair in found} == {"a", "c"}


def test_a_worker_that_compares_nothing_yet_is_left_out(workers: tuple[Worker, Worker]) -> None:
    assert add_up([read(workers[0].address)]) == {}


def test_where_nothing_answers_is_told_with_the_setting_to_look_at() -> None:
    with deaf_port() as port, pytest.raises(BadInput, match=r"gives no metrics.*api\.port"):
        read(f"127.0.0.1:{port}")


def test_the_table_has_a_row_a_country_and_one_for_all(workers: tuple[Worker, Worker]) -> None:
    shadow = workers[0].shadow
    shadow.begin(CANDIDATE, CURRENT)
    shadow.decided("silent", "high", "France", 1)
    shadow.decided("high", "high", "other", 3)
    ((pair, found),) = add_up([read(workers[0].address)]).items()
    console = Console(width=120, record=True)
    console.print(table(pair, found))
    text = console.export_text()
    assert "Churn 2 [beta] (bbbbbbbbbbbb) against aaaaaaaaaaaa" in text
    rows = [line.replace("│", " ").split() for line in text.splitlines()]
    assert ["France", "1", "1", "0", "0", "0", "1", "(100.0", "%)"] in rows
    assert ["all", "4", "1", "0", "0", "0", "1", "(25.0", "%)"] in rows
