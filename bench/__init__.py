"""How fast it is, beside the peers and the limits, measured in one run: `python -m bench`."""
