# SPDX-License-Identifier: MIT
"""The page on scores names each stage that scores, and nothing that is not there."""
import pathlib
import re

import surefoot

ROOT = pathlib.Path(__file__).parents[2]
PAGE = (ROOT / "src" / "SCORES.md").read_text(encoding="utf-8")
NAMES = {s["name"] for s in surefoot.stages()}
NO_SCORE = {"detect.audio"}  # a sound


def test_every_score_is_explained():
    missing = {n for n in NAMES if n.startswith("detect.")} - NO_SCORE - set(re.findall(r"`([a-z]+\.[a-z_]+)`", PAGE))
    assert not missing


def test_what_is_explained_exists():
    named = {n for n in re.findall(r"`((?:gpr|emi|detect)\.[a-z_]+)`", PAGE)}
    text = (ROOT / "src" / "pipeline" / "registry.cpp").read_text(encoding="utf-8")
    assert named <= {n for n in re.findall(r'"((?:gpr|emi|detect)\.[a-z_]+)"', text)}


def test_files_it_points_to_exist():
    for path in re.findall(r"`((?:src|bench|datasets)/[\w./-]+)`", PAGE):
        assert (ROOT / path).exists(), path


def test_pipelines_it_advises_exist():
    built_in = {p.stem for p in (ROOT / "src" / "pipeline" / "builtin").glob("*.toml")}
    assert set(re.findall(r"`((?:gpr|md|dual)-[a-z]+)`", PAGE)) <= built_in
