#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Takes the fenced blocks of a document out, so that what it shows is what is compiled and run.

    snippets.py DOCUMENT LANGUAGE OUT_DIR     writes OUT_DIR/snippet_N.LANGUAGE and prints the paths, one a line

A block marked with a language of LANGUAGES is a whole program. Blocks in other languages (console, text, toml) are not run.
"""
import pathlib
import re
import sys

LANGUAGES = ("cpp", "c", "python", "sh")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```[ \t]*$", re.M | re.S)


def snippets(text, language):
    """(line in the document, source) of each block in the language."""
    return [(text.count("\n", 0, m.start(2)) + 1, m[2]) for m in FENCE.finditer(text) if m[1] == language]


def main():
    document, language, out = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    if language not in LANGUAGES:
        sys.exit(f"snippets: no language {language}; there are {', '.join(LANGUAGES)}")
    out.mkdir(parents=True, exist_ok=True)
    for number, (line, source) in enumerate(snippets(document.read_text(encoding="utf-8"), language), 1):
        text = source if language in ("python", "sh") else f'#line {line} "{document.name}"\n{source}'
        path = out / f"snippet_{number}.{language}"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
