"""The store: what must outlive the process, on SQLite or PostgreSQL alike.

Start reading at store.py (the ports' implementation), then writer.py (one thread, group commit).
"""
