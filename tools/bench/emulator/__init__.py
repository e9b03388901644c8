"""`churn bench emulator`: Pub/Sub servers beside each other.

``servers`` are what is compared, ``quantities`` what is measured, ``play`` plays the rounds, and
``load`` is what the load process does to a server.
"""
