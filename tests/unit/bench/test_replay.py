"""`churn bench replay`: who is compared with whom, and what is aimed at."""

import json

import pytest

from tests.churn_command import churn
from tools.bench.replay.figures import GOOGLE, OURS, REPLAY, WHAT_IF, figures
from tools.bench.replay.play import SUBJECTS


def test_replay_is_compared_with_bare_publishers_round_by_round() -> None:
    speeds = [(GOOGLE, 20.0), (OURS, 80.0), (REPLAY, 40.0), (GOOGLE, 40.0), (OURS, 50.0)]
    found = {(one.subject, one.quantity.key): one for one in figures([*speeds, (REPLAY, 30.0)])}
    assert found[REPLAY, "to_google"].values == (2.0, 0.75)
    assert found[REPLAY, "to_ours"].values == (0.5, 0.6)
    assert found[REPLAY, "to_google"].passed
    assert found[REPLAY, "to_ours"].target is None


def test_a_comparison_of_models_has_a_speed_to_reach() -> None:
    [slow] = figures([(WHAT_IF, 49_000.0)])
    assert slow.passed is False


@pytest.mark.long
def test_everybody_works_through_the_same_file() -> None:
    done = churn(*("bench", "replay", "--events", "300", "--rounds", "1", "--json"), environment={})
    assert (done.returncode, done.stderr) == (0, "")
    measured = json.loads(done.stdout)["figures"]
    speeds = [one for one in measured if one["quantity"] == "speed"]
    assert [one["subject"] for one in speeds] == list(SUBJECTS)
    assert all(one["median"] > 0 for one in speeds)
