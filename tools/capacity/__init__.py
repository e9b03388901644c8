"""`churn capacity`: what a rate of events needs and costs, by arithmetic.

``measured`` are the figures of the last benchmark, ``inputs`` all that is assumed: prices, limits,
headroom. Pure functions make the rest of it: ``workers``, ``database`` and ``pubsub`` say what is
needed, ``limits`` what breaks first, ``costs`` what it costs, and ``plan`` puts them together.
``report`` and ``picture`` show it.
"""
