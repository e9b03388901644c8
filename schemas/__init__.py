"""The words on the wire: events in, alerts and dead letters out, tables, model manifest.

Everything that crosses the border of the project is defined here once. The JSON Schema and Avro
files in ``schemas/exported`` are made from these models.
"""
