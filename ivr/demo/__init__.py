"""The whole company on a private Asterisk: for a person with a browser, or played by a script."""
