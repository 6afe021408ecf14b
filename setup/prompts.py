#!/usr/bin/env python3
"""Puts placeholders of what callers hear into an Asterisk's folder of sounds.

    prompts.py /usr/share/asterisk/sounds

They are spoken by espeak-ng, in Russian and English, into `ru/ivr` and `en/ivr`; files that are
there already stay, so that recordings of your own are never overwritten.
"""

import shutil
import sys
from pathlib import Path


def main():
    """Copy what is not there yet; an error is one line and exit code 1."""
    sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]
    sys.dont_write_bytecode = True
    from ivr.asterisk.private.prompts import make_prompts
    from ivr.domain.errors import LinetreeError

    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("prompts: name Asterisk's folder of sounds, such as /usr/share/asterisk/sounds")
    try:
        made = make_prompts(lambda line: print(f"prompts: {line}", file=sys.stderr))
        for file in sorted(made.glob("*/*.wav")):
            place = Path(sys.argv[1], file.parent.name, "ivr", file.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                shutil.copyfile(file, place)
                print(place)
    except (LinetreeError, OSError) as wrong:
        sys.exit(f"prompts: {wrong}")


main()
