"""A directive that documents every module of a package, from the tree as it is."""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles

ROOT = Path(__file__).parents[1]
_TRAILING_UNDERSCORE = re.compile(r"(?<![`\w])([A-Z]+)_(?![`\w])")


def modules_of(package: str) -> list[str]:
    """List a package and its modules by their dotted names, except those that only run."""
    paths = sorted((ROOT / package).rglob("*.py"))
    names = [path.relative_to(ROOT).with_suffix("").parts for path in paths]
    dotted = [".".join(part for part in parts if part != "__init__") for parts in names]
    return [name for name in dotted if not name.endswith("__main__")]


class ModulePages(SphinxDirective):
    """``.. module-pages:: consumer`` writes one section with an ``automodule`` per module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Parse the sections as if they stood in the page; the package itself opens it."""
        package = self.arguments[0]
        lines = ["", f".. automodule:: {package}", ""]
        for name in modules_of(package):
            if name != package:
                lines += [name, "-" * len(name), "", f".. automodule:: {name}", ""]
        section = nodes.section()
        section.document = self.state.document
        nested_parse_with_titles(self.state, StringList(lines, source=__file__), section)
        return section.children


def escape_underscores(*arguments: Any) -> None:
    """Keep a word like CHURN_ in a docstring what it is in the source: no reference.

    The arguments are those of Sphinx's event ``autodoc-process-docstring``; the last one is the
    list of lines, which is changed in place.
    """
    lines = arguments[-1]
    lines[:] = [_TRAILING_UNDERSCORE.sub(r"\1\\_", line) for line in lines]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and the hook."""
    app.add_directive("module-pages", ModulePages)
    app.connect("autodoc-process-docstring", escape_underscores)
    return {"parallel_read_safe": True}
