"""The `churn` command line and the local stack that people develop and test against."""
