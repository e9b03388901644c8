"""`churn bench start`: imports by package, and what is aimed at."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.churn_command import churn
from tools.bench.start.figures import PACKAGE, START, figures
from tools.bench.start.imports import import_seconds
from tools.bench.start.play import Run
from tools.bench.start.profile import SWITCH, package_of, profile_of
from tools.cli import main
from tools.stack.environment import isolated


def test_the_interpreter_says_what_a_process_imports_and_how_long_it_took() -> None:
    log = subprocess.run(
        [sys.executable, "-c", "import json.tool, decimal; print('{}')"],
        env=isolated(SWITCH),
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout

    profile = profile_of(log)

    assert {"json.decoder", "json.tool", "decimal"} <= set(profile.modules)
    assert profile.modules.index("json.tool") < profile.modules.index("decimal")
    assert list(profile.seconds.values()) == sorted(profile.seconds.values(), reverse=True)
    assert profile.seconds["json"] > 0


def test_a_package_is_charged_with_its_own_modules_whatever_stands_between() -> None:
    log = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:      1500 |       1500 |     scipy.linalg\n"
        '{"severity": "INFO", "message": "ready"}\n'
        "import time:       500 |       2000 |   scipy\n"
        "import time:      4000 |       6000 | sklearn\n"
    )

    profile = profile_of(log)

    assert profile.modules == ["scipy.linalg", "scipy", "sklearn"]
    assert profile.seconds == {"sklearn": 0.004, "scipy": 0.002}


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("sklearn.ensemble._forest", "sklearn"),
        ("google.protobuf.message", "google.protobuf"),
        ("google.cloud.storage.blob", "google.cloud.storage"),
        ("google.cloud", "google.cloud"),
        ("google", "google"),
    ],
)
def test_packages_that_share_a_name_are_told_apart(module: str, package: str) -> None:
    assert package_of(module) == package


def test_imports_are_timed_and_what_is_missing_is_passed_over() -> None:
    assert 0 < import_seconds(["decimal", "no_such_module", "fractions"]) < 60


def test_both_targets_are_judged_by_the_median_and_the_slowest_packages_are_listed() -> None:
    runs = [Run(5.9, 3.0), Run(9.0, 3.6), Run(5.0, 3.7)]

    found = figures(runs, {"scipy": 0.5, "pandas": 0.2, "numpy": 0.1}, shown=2)

    assert found[0].quantity == START
    assert [one.passed for one in found] == [True, False, None, None]
    assert [one.subject for one in found if one.quantity == PACKAGE] == ["scipy", "pandas"]


def test_its_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "start", "--help"])
    assert ended.value.code == 0
    assert "Example: churn bench start --packages 20" in capsys.readouterr().out


def test_no_round_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "start", "--rounds", "0"])
    assert ended.value.code == 2
    assert "greater than or equal to 1" in " ".join(capsys.readouterr().err.split())


@pytest.mark.long
def test_a_start_is_measured_with_what_it_imports() -> None:
    done = churn("bench", "start", "--rounds", "1", "--packages", "3", "--json", environment={})

    assert (done.returncode, done.stderr) == (0, "")
    document: Any = json.loads(done.stdout)
    values = {one["quantity"]: one["median"] for one in document["figures"]}
    assert 0 < values["imports"] < values["start"]
    assert [one["quantity"] for one in document["figures"]].count("package") == 3
    assert document["options"]["modules"] > 500, "the model's own packages are among them"
