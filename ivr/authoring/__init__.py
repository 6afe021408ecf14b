"""Work on a tree before it is published: opened, looked at, tried, compared; pages ask it."""
