"""`churn bench soak`: whether speed and memory stay what they are over a long backlog.

``tenths`` watches a backlog in ten parts, ``play`` plays the run, ``figures`` says what is reported
of it and what is aimed at.
"""
