"""`churn demo`: everything at work on this machine, and a proof that the numbers add up."""

from tools.demo.command import demo

__all__ = ["demo"]
