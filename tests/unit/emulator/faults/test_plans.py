"""A plan of faults in a file, and what is wrong with one."""

import json
from pathlib import Path

import pytest

from consumer.errors import BadSettings
from tools.emulator.faults import load_plan
from tools.emulator.faults.rules import BreakStreams, Fail

EXAMPLE = Path(__file__).parents[4] / "docs" / "examples" / "emulator-faults.yml"


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.yml"
    path.write_text(text)
    return path


def test_a_plan_is_read_from_yaml(tmp_path: Path) -> None:
    text = "seed: 7\nfaults:\n- {kind: fail, rpc: Publish, times: 3}\n- {kind: break_streams}\n"
    plan = load_plan(written(tmp_path, text))
    assert plan.seed == 7
    assert plan.faults == (Fail(rpc="Publish", times=3), BreakStreams())


def test_a_plan_is_read_from_json(tmp_path: Path) -> None:
    text = json.dumps({"faults": [{"kind": "fail", "rpc": "Pull", "status": "ABORTED"}]})
    assert load_plan(written(tmp_path, text)).faults == (Fail(rpc="Pull", status="ABORTED"),)


def test_the_example_has_every_kind_of_fault() -> None:
    kinds = {rule.kind for rule in load_plan(EXAMPLE).faults}
    assert kinds == {
        "fail",
        "ambiguous_publishes",
        "delay",
        "break_streams",
        "duplicate_deliveries",
        "drop_acks",
        "out_of_order",
        "pause",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "plan.yml: the plan: "),
        ("faults: 7", "plan.yml: faults: "),
        ("faults: [7]", "plan.yml: fault 1, "),
        ("faults: [{rpc: Publish}]", "plan.yml: fault 1, kind: "),
        ("faults: [{kind: fall}]", "plan.yml: fault 1 (fall), kind: "),
        ("faults: [{kind: fail}]", "plan.yml: fault 1 (fail), rpc: "),
        ("faults: [{kind: fail, rpc: Publsh}]", "plan.yml: fault 1 (fail), rpc: "),
        (
            "faults: [{kind: break_streams}, {kind: delay, rpc: Pull, seconds: -1}]",
            "plan.yml: fault 2 (delay), seconds: ",
        ),
        ("faults: [{kind: drop_acks, share: 2}]", "plan.yml: fault 1 (drop_acks), share: "),
        ("faults: [{kind: pause, times: 2}]", "plan.yml: fault 1 (pause), times: "),
        ("seed: x\nfaults: [{kind: pause}]", "plan.yml: seed: "),
        ("faults: [", "plan.yml is neither YAML nor JSON: "),
    ],
)
def test_a_bad_plan_is_one_line_that_names_the_file_the_rule_and_the_field(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(BadSettings) as refused:
        load_plan(written(tmp_path, text))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_plan_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"plan of faults .*plan\.yml: No such file"):
        load_plan(tmp_path / "plan.yml")
