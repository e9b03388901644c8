"""What a plan costs, and which limit is reached first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.capacity.plans import OFF, ON, ROUND
from tools.capacity.inputs import Inputs
from tools.capacity.measured import EventCost
from tools.capacity.plan import Plan, plan
from tools.capacity.remedies import REMEDIES, Scarce

RATES = st.floats(min_value=0.01, max_value=1e6)


def limit_names(planned: Plan) -> list[Scarce]:
    return [limit.name for limit in planned.limits]


def test_the_cluster_and_each_pod_are_paid_by_the_hour() -> None:
    pods = 5  # of a vCPU, and of the 1 GiB that Autopilot gives at least for the 448 MiB asked

    assert plan(10_000, OFF, ROUND).costs.gke == pytest.approx(0.1 + pods * (0.04 + 0.005))


def test_a_standby_doubles_the_database() -> None:
    costs = plan(10_000, OFF, ROUND).costs

    assert costs.cloud_sql == pytest.approx(2 * (0.05 + 3.75 * 0.01))
    assert costs.disk == pytest.approx(2 * 10 * 0.2 / 700)


def test_pubsub_is_paid_by_what_is_published_and_delivered() -> None:
    tib_an_hour = 28e6 * 3_600 / 2**40

    assert plan(10_000, OFF, ROUND).costs.pubsub == pytest.approx(40 * tib_an_hour)


def test_the_first_gibibytes_of_a_month_are_free() -> None:
    assert plan(0.1, OFF, Inputs()).costs.pubsub == 0
    assert plan(100, OFF, Inputs()).costs.pubsub > 0


def test_the_total_is_the_sum() -> None:
    costs = plan(10_000, ON, ROUND).costs

    assert costs.total == pytest.approx(costs.gke + costs.cloud_sql + costs.disk + costs.pubsub)


def test_the_workers_of_a_small_deployment_are_at_their_end_first() -> None:
    first = plan(1_000, OFF, ROUND).breaks_first

    assert first.name is Scarce.WORKERS
    assert first.used == 1_000
    assert first.of == pytest.approx(10_000)
    assert first.reached_at == pytest.approx(10_000, rel=1e-3)


def test_a_quota_is_reached_where_messages_fill_it() -> None:
    [publishing] = [one for one in plan(50_000, OFF, ROUND).limits if one.name is Scarce.PUBLISHING]

    assert publishing.share == pytest.approx(0.7)
    assert publishing.reached_at == pytest.approx(50_000 / 0.7, rel=1e-3)


def test_a_history_that_does_not_fit_is_the_first_to_break() -> None:
    first = plan(10_000, ON, ROUND).breaks_first

    assert first.name is Scarce.DISK
    assert first.share == pytest.approx(8.64)
    assert first.reached_at == pytest.approx(10_000 / 8.64, rel=1e-3)


def test_without_a_history_the_disk_is_no_limit() -> None:
    assert Scarce.DISK not in limit_names(plan(10_000, OFF, ROUND))
    assert set(limit_names(plan(10_000, ON, ROUND))) == set(Scarce)


def test_every_limit_has_a_remedy() -> None:
    assert REMEDIES.keys() == set(Scarce)


def test_a_plan_is_told_as_json_has_it() -> None:
    planned = plan(10_000, ON, ROUND)
    document = planned.document()

    assert document["history"] is True
    assert document["workers"]["pods"] == 6
    assert document["dollars_an_hour"]["total"] == pytest.approx(planned.costs.total)
    assert [limit["name"] for limit in document["limits"]] == limit_names(planned)


@given(RATES, st.sampled_from([OFF, ON]))
def test_a_limit_that_is_not_exceeded_is_reached_by_more_events_alone(
    rate: float, cost: EventCost
) -> None:
    for limit in plan(rate, cost, Inputs()).limits:
        if limit.share <= 1:
            assert limit.reached_at >= rate * 0.999
        else:
            assert limit.reached_at <= rate


@given(RATES, st.sampled_from([OFF, ON]))
def test_the_first_limit_to_be_reached_stands_first(rate: float, cost: EventCost) -> None:
    reached = [limit.reached_at for limit in plan(rate, cost, Inputs()).limits]

    assert reached == sorted(reached)
