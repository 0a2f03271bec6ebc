# SPDX-License-Identifier: MIT
"""Runs the Python and shell blocks of README.md, each in a folder of its own that looks like a checkout's data."""
import os
import pathlib
import subprocess
import sys

import pytest

import snippets

ROOT = pathlib.Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CASES = [(lang, line, code) for lang in ("python", "sh") for line, code in snippets.snippets(README, lang)]


@pytest.mark.parametrize(("language", "line", "code"), CASES, ids=[f"{lang}-line-{n}" for lang, n, _ in CASES])
def test_block_runs(tmp_path, language, line, code):
    (tmp_path / "datasets").symlink_to(ROOT / "datasets")
    env = dict(os.environ, PATH=f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}", MPLBACKEND="Agg")
    command = [sys.executable, "-"] if language == "python" else ["sh", "-eu"]
    done = subprocess.run(command, input=code, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"README.md line {line}:\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("language", ["cpp", "c", "python", "sh"])
def test_every_face_is_shown(language):
    assert snippets.snippets(README, language)


def test_blocks_are_taken_out_whole():
    text = "a\n```cpp\nint main() {}\n```\n\n```text\nno\n```\n```c title\nint x;\n\nint y;\n```\n"
    assert snippets.snippets(text, "cpp") == [(3, "int main() {}\n")]
    assert snippets.snippets(text, "c") == [(10, "int x;\n\nint y;\n")]
