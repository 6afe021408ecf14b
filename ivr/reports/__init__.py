"""Reports: what is kept, read through the ports and told as values, text and CSV."""
