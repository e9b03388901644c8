"""`churn bench growth`: whether an event costs more where there is more of everything.

``pairs`` say what is compared, ``customers`` fills a database with generated rows, ``workers`` are
the processes, ``play`` plays one side of a pair, ``figures`` says what is reported and aimed at.
"""
