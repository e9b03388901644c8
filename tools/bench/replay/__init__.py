"""`churn bench replay`: how fast history is sent again, and how fast it is compared.

``play`` runs each of them on the same file, ``figures`` says what is reported and aimed at.
"""
