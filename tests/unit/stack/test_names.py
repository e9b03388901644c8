"""Names of a stack, and how they are printed for a shell."""

import subprocess
from dataclasses import fields

from tools.stack.command import export_lines
from tools.stack.names import Names


def test_names_of_its_own_share_nothing_but_the_project_and_the_object() -> None:
    one, other, usual = Names.of_its_own("one"), Names.of_its_own("other"), Names()

    for field in fields(Names):
        values = {getattr(names, field.name) for names in (one, other, usual)}
        assert len(values) == (1 if field.name in {"project", "blob"} else 3)


def test_paths_are_full() -> None:
    assert Names().topic("alerts") == "projects/churn-local/topics/alerts"
    assert Names().subscription_path("watch") == "projects/churn-local/subscriptions/watch"


def test_a_shell_reads_the_settings_as_they_were_meant() -> None:
    meant = {"PLAIN": "127.0.0.1:1", "ODD": "it's $HOME; rm -rf *"}
    script = "\n".join([*export_lines(meant), 'printf "%s|%s" "$PLAIN" "$ODD"'])

    ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout == "|".join(meant.values())
