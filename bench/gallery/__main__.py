# SPDX-License-Identifier: MIT
"""A gallery of what the library makes of lines: python bench/gallery [--out DIR] [--only WORD]

Synthetic lines are made here, with their truth; recorded ones come from SUREFOOT_DATA where it is set. Writes PNG files and
an index.html that says of each what must be seen in it.
"""

from __future__ import annotations

import argparse
import html
import os
import sys
from pathlib import Path

from pages import PAGES


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/gallery", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/gallery"))
    parser.add_argument("--only", default="", help="only pictures whose name contains this")
    given = parser.parse_args()
    data = os.environ.get("SUREFOOT_DATA")
    given.out.mkdir(parents=True, exist_ok=True)
    entries = []
    for page in PAGES:
        if given.only not in page.name:
            continue
        if page.recorded and not data:
            print(f"{page.name}: left out, SUREFOOT_DATA is not set")
            continue
        file = given.out / f"{page.name}.png"
        page.draw(Path(data or "")).savefig(file)
        print(file, flush=True)
        entries.append(f'<h2>{html.escape(page.name)}</h2>\n<p>{html.escape(page.caption)}</p>\n<img src="{file.name}" alt="">')
    style = "body { font-family: sans-serif; max-width: 75em; margin: 2em auto; color: #22313f } img { max-width: 100% }"
    (given.out / "index.html").write_text(
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>surefoot: gallery</title>\n<style>{style}</style>\n'
        f"<h1>surefoot: gallery</h1>\n" + "\n".join(entries) + "\n</html>\n",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
