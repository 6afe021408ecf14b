"""`python -m ivr` is the same as `ivr`."""

from ivr.cli import main

if __name__ == "__main__":
    main()
