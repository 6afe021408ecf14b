"""Every error that linetree raises by name, under one base."""


class LinetreeError(Exception):
    """Base of all named errors: its text says what was wrong, where, and how to mend it."""
