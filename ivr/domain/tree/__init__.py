"""The question tree: its values, the walk of one call, what it decides, and the proof of it."""
