"""Sphinx configuration: `make docs` builds docs/_build/html, and a warning is an error."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for the extension beside this file

project = "Churn alerts"
author = "the churn alerts project"
release = installed_version("churn-alerts")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "module_pages",
]
exclude_patterns = ["_build"]
default_role = "code"  # docstrings say `churn seed` as Markdown does

# Some modules show again what another one defines, so that names have two targets.
suppress_warnings = ["ref.python"]

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_default_options = {"members": True, "show-inheritance": True}
add_module_names = False

html_theme = "alabaster"
html_theme_options = {
    "description": "Customer-update events in, churn alerts out.",
    "fixed_sidebar": True,
    "page_width": "70rem",
}
