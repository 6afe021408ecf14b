"""The REST API for other programs: one module a resource, each row of its table fully typed.

What a row says of its query, body and answer is what is checked, and what is described.
"""
