"""What is read back: the start (openings), the pages (records), reports (history), trees."""
