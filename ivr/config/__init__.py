"""The configuration folder: read with places, checked whole, loaded as one company."""
