"""Schemas: what a topic's messages must look like. Plain Python; ``schema_service`` translates.

The definition and both encodings are read here by the Avro 1.11 specification, and not by fastavro:
its readers take what no Avro encoder writes (bytes after the end, unknown fields, 2 for true) and
quote the data in their errors, which must not get into logs. The tests hold the two together.
"""
