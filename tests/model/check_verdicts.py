# SPDX-License-Identifier: GPL-2.0
"""Hold the model to verdicts.txt (or to other files of that form)."""

import pathlib
import sys

from forms import read_file, read_packet, show_packet
from model import Case


def differences(path):
    """(how many packets, what differs)."""
    found, count = [], 0
    with open(path, encoding="utf-8") as lines:
        for item in read_file(lines):
            count += 1
            verdict = str(Case(item.ruleset, item.now, item.packet).verdict())
            if verdict != item.expected:
                found.append(f"{path}:{item.line}: expected {item.expected}, "
                             f"the model says {verdict}")
            if read_packet(show_packet(item.packet).split()) != item.packet:
                found.append(f"{path}:{item.line}: does not read as it is printed")
    return count, found


def main():
    here = pathlib.Path(__file__).parent
    failed = passed = 0
    for path in sys.argv[1:] or [here / "verdicts.txt"]:
        count, found = differences(path)
        print("\n".join(found), end="\n" if found else "")
        failed += len(found)
        passed += count - len(found)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
