"""The local stack: real servers with no Docker and no cloud account.

Pub/Sub is the project's own emulator, PostgreSQL and Cloud Storage come in wheels. Every server
listens on the loopback interface or on a unix socket only.
"""
