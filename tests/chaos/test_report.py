"""The table of a chaos run adds up how often and how long each kind of trouble lasted."""

from tests.chaos.plan import Kind
from tests.chaos.report import Incident, table


def test_each_kind_that_came_has_a_line_with_its_sums() -> None:
    incidents = [
        Incident(Kind.DUPLICATES, 1.0, 2.5, 10),
        Incident(Kind.KILL, 2.0, 2.0, 1),
        Incident(Kind.DUPLICATES, 4.0, 5.0, 7),
    ]
    lines = table(incidents, {"workers started": 3}).splitlines()
    assert [line.split()[-3:] for line in lines[:3]] == [
        ["times", "seconds", "strikes"],
        ["1", "0.0", "1"],
        ["2", "2.5", "17"],
    ]
    assert lines[2].startswith(Kind.DUPLICATES)
    assert lines[-1].split() == ["workers", "started", "3"]
    assert len(lines) == 5
