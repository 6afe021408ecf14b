#!/usr/bin/env python3
"""Makes the machine ready: the virtual environment, Asterisk and sipp, and what tests need.

Runs on the system's Python before anything is installed, so it uses the standard library alone.
    prepare.py venv [asterisk] [chromium] [postgresql]
"""

import os
import shutil
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
NEWEST_FIRST = ("python3.14", "python3.13", "python3.12", "python3.11")


def on_a_new_enough_python():
    """Go on with a newer Python of this machine, if the one that was called is too old."""
    if sys.version_info >= (3, 11):  # noqa: UP036  the system's Python may be any
        return
    for name in NEWEST_FIRST:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    sys.exit(
        "prepare: Python 3.11 or later is needed, this is {}.{}. Install python3.11 or newer, "
        "or name one: make PYTHON=/path/to/python3".format(*sys.version_info[:2])
    )


def main():
    """Prepare each thing named on the command line; an error is one line and exit code 1."""
    on_a_new_enough_python()
    sys.path[:0] = [str(HOME), str(HOME / "setup")]
    sys.dont_write_bytecode = True
    import environment

    from ivr.asterisk.private import programs, prompts
    from ivr.domain.errors import LinetreeError

    def tell(line):
        print(f"prepare: {line}", file=sys.stderr, flush=True)

    def asterisk():
        print(f"prepare: Asterisk {programs.find_asterisk(tell)}", file=sys.stderr)
        print(f"prepare: sipp {programs.find_sipp(tell)}", file=sys.stderr)
        try:
            prompts.make_prompts(tell)
        except LinetreeError as missing:
            tell(f"callers hear tones instead of words: {missing}")

    def browser():
        programs.find_chromium(tell)
        programs.browser_driver_environment(tell)

    parts = {
        "venv": lambda: environment.prepare(HOME, tell),
        "asterisk": asterisk,
        "chromium": browser,
        "postgresql": lambda: programs.find_postgresql(tell),
    }
    try:
        for name in sys.argv[1:]:
            parts[name]()
    except LinetreeError as wrong:
        sys.exit(f"prepare: {wrong}")
    except KeyboardInterrupt:
        sys.exit("prepare: stopped; what has arrived is kept, run again to go on")


main()
