"""What is read back: the start (openings), the pages (records), trees, passwords and the audit."""
