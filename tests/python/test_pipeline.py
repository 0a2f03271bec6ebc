# SPDX-License-Identifier: MIT
"""Batch and streaming: the same bits, nothing lost, errors before anything is pushed."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path

import numpy as np
import pytest

import surefoot
from conftest import SCORED


def stream(live: surefoot.Pipeline, line: surefoot.Line, cuts: list[int]) -> tuple[surefoot.Line, list[dict]]:
    edges = [0, *cuts, line.n_traces]
    for a, b in zip(edges, edges[1:]):
        if b == a + 1:
            live.push(line.samples[a], line.tag(a))
        elif b > a:
            live.push(line.samples[a:b], line.tags[a:b])
    live.finish()
    return live.pull_all(), [alarm.as_dict() for alarm in live.alarms()]


def test_the_target_is_alarmed_where_it_is(line: surefoot.Line) -> None:
    run = surefoot.run(SCORED, line)
    assert len(run.alarms) >= 1
    best = max(run.alarms, key=lambda a: a.score)
    assert abs(best.trace_index - 200) <= 6
    assert abs(best.distance_m - 200 * 0.02) <= 0.15
    assert best.score >= best.threshold == 6.0
    assert run.scores.dtype == np.float32 and run.scores.shape == (300,)
    assert np.array_equal(run.scores, run.traces.scores)


def line_for(pipeline: str, line: surefoot.Line) -> surefoot.Line:
    """The radar line, or for a metal detector its samples as tones or as gates, whichever the pipeline takes."""
    if 'modality = "emi"' not in surefoot.to_text(pipeline):
        return line
    tones = surefoot.Line(np.ascontiguousarray(line.samples[:, :24]), kind="sweep", places=np.geomspace(1e3, 1e5, 12),
                          trace_interval_s=0.01, trace_spacing_m=0.02)
    gates = surefoot.Line(np.ascontiguousarray(line.samples[:, :20]), kind="gates", places=np.geomspace(2e-5, 2e-3, 21),
                          trace_interval_s=0.01, trace_spacing_m=0.02)
    try:
        surefoot.Pipeline(pipeline, tones.spec)
    except surefoot.ConfigError:
        return gates
    return tones


@pytest.mark.parametrize("pipeline", [SCORED, *surefoot.builtin_pipelines()])
def test_streaming_gives_the_bits_of_the_run_for_any_split(line: surefoot.Line, pipeline: str) -> None:
    line = line_for(pipeline, line)
    run = surefoot.run(pipeline, line)
    alarms = [alarm.as_dict() for alarm in run.alarm_records]
    rng = np.random.default_rng(3)
    splits = [[], list(range(1, 300))] + [sorted(rng.integers(0, 300, 6).tolist()) for _ in range(10)]
    for cuts in splits:
        live = surefoot.Pipeline(pipeline, line.spec)
        traces, live_alarms = stream(live, line, cuts)
        assert traces.samples.tobytes() == run.traces.samples.tobytes()
        assert traces.tags.tobytes() == run.traces.tags.tobytes()
        assert live_alarms == alarms
        assert (live.lost_traces, live.lost_alarms) == (0, 0)


def test_results_one_by_one_are_those_of_the_run(line: surefoot.Line) -> None:
    run = surefoot.run(SCORED, line)
    live = surefoot.Pipeline(SCORED, line.spec.live(), queue_traces=1)
    live.push(line.samples)  # far more than the queue of the library holds
    live.finish()
    assert live.ready == 300
    for i in range(300):
        result = live.pull()
        assert result is not None
        assert np.array_equal(result.samples, run.traces.samples[i])
        assert result.score == run.scores[i] and result.tag.index == i
    assert live.pull() is None and live.ready == 0


def test_traces_without_a_tag_are_numbered_and_placed(line: surefoot.Line) -> None:
    live = surefoot.Pipeline("surefoot = 1", line.spec.live())
    live.push(line.samples[0])
    live.push(line.samples[1:4])
    tags = live.pull_all().tags
    assert tags["index"].tolist() == [0, 1, 2, 3]
    assert np.allclose(tags["distance_m"], [0, 0.02, 0.04, 0.06]) and np.allclose(tags["time_s"], [0, 0.01, 0.02, 0.03])


@pytest.mark.parametrize("shape", [(127,), (3, 127), (2, 3, 128), ()])
def test_a_wrong_shape_raises_before_anything_is_pushed(line: surefoot.Line, shape: tuple[int, ...]) -> None:
    live = surefoot.Pipeline(SCORED, line.spec)
    with pytest.raises(ValueError):
        live.push(np.zeros(shape, np.float32))
    assert live.ready == 0
    live.push(line.samples[0])
    assert live.pull_all().tags["index"].tolist() == [0]


def test_wrong_types_and_tags_raise(line: surefoot.Line) -> None:
    live = surefoot.Pipeline(SCORED, line.spec)
    with pytest.raises(TypeError, match="float32"):
        live.push(np.zeros(128))
    with pytest.raises(TypeError, match="structured"):
        live.push(line.samples, np.arange(300))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="300 traces came with 5 tags"):
        live.push(line.samples, line.tags[:5])
    with pytest.raises(ValueError, match="array of tags"):
        live.push(line.samples, surefoot.Tag(0))
    assert live.ready == 0


def test_nan_is_flagged_and_reaches_the_result(line: surefoot.Line) -> None:
    line.samples[10, 3] = np.nan
    run = surefoot.run(SCORED, line)
    assert surefoot.Quality.non_finite in run.traces.tag(10).quality
    assert not run.traces.samples[10].any() and np.isfinite(run.traces.samples).all()


def test_a_saved_state_goes_on_with_the_same_bits(line: surefoot.Line) -> None:
    whole = surefoot.run(SCORED, line).traces
    first = surefoot.Pipeline(SCORED, line.spec)
    first.push(line.samples[:150], line.tags[:150])
    done = first.pull_all()
    state = first.save_state()
    assert isinstance(state, bytes) and state == first.save_state()
    second = surefoot.Pipeline(SCORED, line.spec)
    second.load_state(state)
    second.push(line.samples[150:], line.tags[150:])
    second.finish()
    rest = second.pull_all()
    assert done.samples.tobytes() + rest.samples.tobytes() == whole.samples.tobytes()
    assert done.tags.tobytes() + rest.tags.tobytes() == whole.tags.tobytes()


def test_a_pickle_has_what_was_not_pulled(line: surefoot.Line) -> None:
    run = surefoot.run(SCORED, line)
    live = surefoot.Pipeline(SCORED, line.spec)
    live.push(line.samples[:250])
    again = pickle.loads(pickle.dumps(live))
    again.push(line.samples[250:])
    again.finish()
    assert again.pull_all().tags.tobytes() == run.traces.tags.tobytes()
    assert [a.as_dict() for a in again.alarms()] == [a.as_dict() for a in run.alarm_records]
    assert again.description == live.description and again.input == live.input


def test_a_foreign_or_damaged_state_is_refused(line: surefoot.Line) -> None:
    live = surefoot.Pipeline(SCORED, line.spec)
    state = bytearray(live.save_state())
    other = surefoot.Pipeline("surefoot = 1", line.spec)
    with pytest.raises(surefoot.StateError, match="another pipeline"):
        other.load_state(bytes(state))
    state[-1] ^= 1
    with pytest.raises(surefoot.StateError, match="damaged"):
        live.load_state(bytes(state))
    with pytest.raises(ValueError):
        live.load_state(b"short")


def test_reset_is_as_freshly_constructed(line: surefoot.Line) -> None:
    live = surefoot.Pipeline(SCORED, line.spec)
    first = stream(live, line, [100])
    live.reset()
    second = stream(live, line, [7, 8])
    assert first[0].samples.tobytes() == second[0].samples.tobytes() and first[1] == second[1]


def test_pipelines_in_threads_do_not_disturb_each_other(line: surefoot.Line) -> None:
    expected = surefoot.run(SCORED, line).scores.tobytes()
    got: list[bytes] = []

    def work() -> None:
        for _ in range(3):
            got.append(surefoot.run(SCORED, line).scores.tobytes())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [expected] * 12


def test_one_pipeline_in_two_threads_is_told_so(line: surefoot.Line) -> None:
    block = np.tile(line.samples, (200, 1))
    live = surefoot.Pipeline(SCORED, line.spec.live())
    faults: list[BaseException] = []

    def work() -> None:
        try:
            live.push(block)
        except surefoot.Error as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Either the pushes met, and one was refused, or they came one after the other: never a mixture.
    assert live.ready == len(block) * (2 - len(faults))


def test_progress_counts_up_and_can_stop(line: surefoot.Line) -> None:
    seen: list[tuple[int, int]] = []
    surefoot.run(SCORED, line, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (300, 300) and seen == sorted(seen)
    with pytest.raises(surefoot.Error):
        surefoot.run(SCORED, line, progress=lambda done, total: False)

    def broken(done: int, total: int) -> bool:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        surefoot.run(SCORED, line, progress=broken)


def test_names_paths_texts_and_pipelines_are_all_taken(line: surefoot.Line, tmp_path: Path) -> None:
    path = tmp_path / "a = b.toml"  # looks like text, but is a path object
    path.write_text(SCORED)
    text = surefoot.run(SCORED, line)
    assert surefoot.run(path, line).scores.tobytes() == text.scores.tobytes()
    live = surefoot.Pipeline(path, line.spec)
    assert surefoot.run(live, line).scores.tobytes() == text.scores.tobytes()
    assert surefoot.to_text(surefoot.to_text(SCORED)) == surefoot.to_text(SCORED) == live.description
    with pytest.raises(TypeError, match="path"):
        surefoot.run(3, line)  # type: ignore[arg-type]


def test_errors_say_where(line: surefoot.Line) -> None:
    with pytest.raises(surefoot.ConfigError, match="window_s") as error:
        surefoot.run('surefoot = 1\nstage = [{ use = "gpr.dewow", window_s = -1.0 }]', line)
    assert error.value.path.startswith("stage[0].gpr.dewow.window_s") and "line 2" in error.value.path
    with pytest.raises(surefoot.ConfigError, match="gpr-handheld"):
        surefoot.run("gpr-handhold", line)
    with pytest.raises(ValueError, match="did you mean"):
        surefoot.run('surefoot = 1\nstage = [{ use = "gpr.dewov" }]', line)


def test_live_numbers_are_known_before_the_first_trace(line: surefoot.Line) -> None:
    live = surefoot.Pipeline(SCORED, line.spec)
    assert live.latency is not None and live.latency >= 0
    assert live.bytes > 128 * 4 and live.output.n_samples == 128


def test_every_error_has_its_attributes() -> None:
    assert surefoot.ConfigError("made in Python").path == ""
    error = surefoot.DataError("made in Python")
    assert (error.file, error.offset, str(error)) == ("", 0, "made in Python")
    with pytest.raises(OSError) as missing:
        surefoot.read("no-such-file.DZT")
    assert isinstance(missing.value, surefoot.DataError)
    assert "no-such-file" in missing.value.file and missing.value.offset == 0


def test_a_tag_may_be_a_row_of_the_lines_tags(line: surefoot.Line) -> None:
    blocks = surefoot.Pipeline("gpr-handheld", line.spec)
    blocks.push(line.samples, line.tags)
    single = surefoot.Pipeline("gpr-handheld", line.spec)
    for trace, tag in zip(line.samples, line.tags):
        single.push(trace, tag)
    assert blocks.pull_all().tags.tobytes() == single.pull_all().tags.tobytes()
    with pytest.raises(TypeError, match="Line.tags"):
        single.push(line.samples[0], "first")
