"""Values reach PostgreSQL as bound parameters only: no statement is put together from text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = sorted(
    path for package in ("consumer", "schemas", "tools") for path in (ROOT / package).rglob("*.py")
)

_STATEMENT = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|CREATE|DROP|ALTER|TRUNCATE|GRANT|REVOKE|LOCK|WITH|"
    r"CALL|DO|SET)\s"
)
_RUNS = frozenset({"execute", "executemany", "exec_driver_sql", "text", "scalar", "scalars"})

NAMES_ALONE = frozenset(
    {
        # PostgreSQL binds values, not names; these names are written in this repository.
        ("tools/stack/stack.py", "CREATE DATABASE "),
        ("tools/stack/stack.py", "DROP DATABASE "),
        ("tools/tables_sql.py", "COPY "),
        ("tools/forget.py", "DELETE FROM "),
        ("consumer/doctor/database_checks.py", "CREATE UNIQUE INDEX ON "),  # printed, as advice
    }
)
"""Statements that are put together from names of tables, columns and databases."""


def composed(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Find texts that are put together: their line, and how they begin."""
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]) if is_composed(node):
                yield node.lineno, start
            case ast.BinOp(left=ast.Constant(value=str(start)), op=ast.Mod() | ast.Add()):
                yield node.lineno, start
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(start)), attr="format")):
                yield node.lineno, start


def is_composed(node: ast.expr) -> bool:
    """Whether it is a text put together from something else than the module's own constants."""
    match node:
        case ast.JoinedStr(values=parts):
            return not all(isinstance(each, ast.Constant) or is_constant(each) for each in parts)
        case ast.BinOp() | ast.Call(func=ast.Attribute(attr="format")):
            return True
    return False


def is_constant(part: ast.expr) -> bool:
    match part:
        case ast.FormattedValue(value=ast.Name(id=name)):
            return name.isupper()
    return False


def run_directly(tree: ast.AST) -> Iterator[int]:
    """Find calls that run a text which is put together on the spot, however it begins."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[first, *_]) if (
                name in _RUNS and is_composed(first)
            ):
                yield first.lineno


def violations(source: str, where: str) -> list[str]:
    tree = ast.parse(source)
    statements = [
        f"{where}:{line}: {start!r}"
        for line, start in composed(tree)
        if _STATEMENT.match(start) and (where, start) not in NAMES_ALONE
    ]
    told = {line for line, start in composed(tree) if _STATEMENT.match(start)}
    return statements + [
        f"{where}:{line}: runs a composed text" for line in run_directly(tree) if line not in told
    ]


def test_no_statement_is_put_together_from_text() -> None:
    found = [
        each
        for path in SOURCES
        for each in violations(path.read_text(), path.relative_to(ROOT).as_posix())
    ]
    assert found == []
    assert len(SOURCES) > 100


@pytest.mark.parametrize(
    "source",
    [
        'query = f"SELECT * FROM customer WHERE id_client = {id}"',
        'query = f"""\n  DELETE FROM customer WHERE nom = \'{nom}\'"""',
        "query = \"UPDATE customer SET nom = '%s'\" % nom",
        'query = "INSERT INTO customer VALUES (" + values + ")"',
        'query = "SELECT {}".format(column)',
        "connection.execute(text(f'{select} FROM customer'))",
        "connection.exec_driver_sql(query + condition)",
        "connection.execute('{}'.format(query))",
    ],
)
def test_a_statement_that_is_put_together_would_be_found(source: str) -> None:
    assert violations(source, "somewhere.py")


@pytest.mark.parametrize(
    "source",
    [
        "connection.execute(text('SELECT :id'), {'id': id})",
        "connection.execute(QUERY, {'ids': ids})",
        "QUERY = text(f'SELECT * FROM customer WHERE {_KEYS}')",
        'complain(f"SELECTED {count} rows")',
    ],
)
def test_bound_parameters_are_no_violation(source: str) -> None:
    assert violations(source, "somewhere.py") == []
