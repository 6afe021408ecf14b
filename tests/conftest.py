"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# No latency is asserted in tests: a busy machine would turn an example into a failure.
settings.register_profile("linetree", deadline=None)
settings.load_profile("linetree")
