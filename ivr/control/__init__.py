"""The way from the command line to the running service, on one machine."""
