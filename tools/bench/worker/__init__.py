"""`churn bench worker`: the whole job, beside consumers that do nothing or one message at a time.

``subjects`` are what is compared and ``consumers`` those of them that are no worker; ``world`` has
the servers, ``watch`` runs the clock, ``play`` plays one consumer, ``quantities`` and ``figures``
say what is reported of it.
"""
