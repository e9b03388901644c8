"""``python -m tools``: the `churn` command line where its script is not on the PATH."""

from tools.cli import main

main()
