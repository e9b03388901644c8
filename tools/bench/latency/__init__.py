"""`churn bench latency`: from an event's publication to its alert, beside consumers that only echo.

``subjects`` are what is compared and ``consumers`` those of them that are no worker; ``load``
publishes and listens, in a process of its own, with ``listener``; ``alerts`` says which alert is
of which event; ``plan`` has the events, ``play`` plays one consumer, ``quantities`` and ``figures``
say what is reported of it.
"""
