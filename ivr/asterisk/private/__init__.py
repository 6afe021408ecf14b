"""An Asterisk of our own on loopback, with callers and phones: for the demo, benches and tests."""
