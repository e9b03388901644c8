"""The Markdown pages, and what they name."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "infra" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
PIPELINES = (ROOT / ".gitlab-ci.yml", ROOT / "cloudbuild.yaml", ROOT / ".ci" / "run")

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_LITERAL_INCLUDE = re.compile(r"^```\{literalinclude\} (\S+)$", re.MULTILINE)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands(page: Path, program: str) -> set[str]:
    """First words after ``program`` in the page's code, e.g. `make test` gives test."""
    text = page.read_text(encoding="utf-8")
    code = text if page in PIPELINES else "\n".join(_CODE.findall(text))
    return set(re.findall(rf"(?<![\w./-]){program} ([a-z][a-z-]*)", code))


def links(page: Path) -> Iterator[str]:
    """Targets of the page's links, pictures and included files."""
    text = page.read_text(encoding="utf-8")
    yield from _LITERAL_INCLUDE.findall(text)
    yield from _LINK.findall(_CODE.sub("", text))
