"""`churn bench start`: how long a worker takes from its start to its first alert.

``play`` starts workers, ``profile`` reads what they import, ``imports`` times that alone,
``figures`` says what is reported and aimed at.
"""
