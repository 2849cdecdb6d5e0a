"""``kullback lm``: what it prints, and runs that are stopped and gone on with."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import worked_examples as example
from model_pairs import pair, written

import kullback
from kullback import lm
from kullback.cli import main
from kullback.lm.tokens import compare as compare_module

SOURCE = Path(kullback.__file__).parents[1]  # with the compiled kernels, if there are any


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")

    def call(*args):
        code = main(["lm", *map(str, args)])
        return code, *capsys.readouterr()

    return call


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command")
    base, model = pair(1, rows=140, vocabulary=300, noise=0.2)
    other = model + 0.2 * np.random.default_rng(0).standard_normal(model.shape)
    np.save(folder / "other.npy", other.astype(np.float32))
    paths = written(folder, "base.kld", base), written(folder, "model.kld", model)
    return (*map(str, paths), str(folder / "other.npy"))


@pytest.mark.parametrize("size", ["tiny", "medium"])
def test_compat_prints_the_block_and_nothing_else(run, tmp_path, size):
    from kullback.lm.tokens.llama_cpp_printout import block

    paths = example.files(tmp_path, size)
    code, out, err = run(*paths, "--compat", "llama.cpp")
    assert (code, err) == (0, "")
    assert out == block(lm.compare(*paths, decode="llama.cpp")) + "\n"
    assert (example.MEDIUM_BLOCK in out) == (size == "medium")


def test_the_report(run, files):
    code, out, err = run(*files[:2])
    assert (code, err) == (0, "")
    expected = lm.compare(*files[:2])
    assert out.rstrip("\n") == str(expected)
    for words in ("± clustered", "± unclustered", "file noise", "The worst tokens"):
        assert words in out


def test_forms(run, files, tmp_path):
    expected = lm.compare(*files[:2])
    page = tmp_path / "a.html"
    _, out, err = run(*files[:2], "--json", "--html", page)
    found = json.loads(out)
    assert found["estimates"]["kl"]["value"] == expected.kl.value
    assert found["noise_floors"]["kl"] == expected.noise_floor
    assert "wrote" in err
    # A page of the command line also says when it was made, and with what.
    plain = re.sub(r'<dl class="run">.*?</dl>\n', "", page.read_text(), flags=re.DOTALL)
    assert plain == expected.to_html()
    _, out, _ = run(*files[:2], "--unit", "bits", "--json")
    assert json.loads(out)["estimates"]["kl"]["unit"] == "bits"
    _, out, _ = run(*files[:2], "--format", "md")
    assert out == expected.to_markdown().rstrip("\n") + "\n"
    _, out, _ = run(*files[:2], "-q")
    assert out.startswith("KL(base‖model) ")
    assert out.count("\n") == 1


def test_one_line_spells_a_hostile_name_out(run, files, tmp_path):
    evil = tmp_path / "\x1b[31m.npy"
    evil.write_bytes(Path(files[2]).read_bytes())
    for more in ((), (files[1],)):
        _, out, _ = run(files[0], evil, *more, "-q")
        assert "\x1b" not in out
        assert out.count("\n") == 1


def test_which_of_two(run, files):
    code, out, _ = run(*files)
    assert code == 0
    assert out.startswith("model.kld is nearer to base.kld: mean KL differs by -")
    _, out, _ = run(*files, "--json")
    assert json.loads(out)["differences"]["kl"]["interval"]["high"] < 0


def test_shards_merged_in_any_order_are_one_run(run, files, tmp_path):
    states = [tmp_path / f"{i}.state" for i in (1, 2, 3)]
    for i, state in enumerate(states, start=1):
        code, out, err = run(*files[:2], "--shard", f"{i}/3", "-o", state)
        assert (code, out) == (0, "")
        assert f"wrote {state}" in err
    code, merged, _ = run("merge", *reversed(states), "-o", tmp_path / "all", "--json")
    _, whole, _ = run(*files[:2], "-o", tmp_path / "one", "--json")
    assert code == 0
    assert (tmp_path / "all").read_bytes() == (tmp_path / "one").read_bytes()
    merged, whole = (json.loads(text) for text in (merged, whole))
    # The worst tokens' context is read from the files where they are there.
    assert merged.pop("worst") != whole.pop("worst")
    assert merged == whole


def test_merging_unlike_states_names_the_file(run, files, tmp_path):
    run(*files[:2], "--shard", "1/2", "-o", tmp_path / "a")
    run(files[0], files[2], "--shard", "2/2", "-o", tmp_path / "b")
    code, out, err = run("merge", tmp_path / "a", tmp_path / "b")
    assert (code, out) == (2, "")
    assert "b does not fit to " in err
    assert "model is 'model.kld' in one and 'other.npy' in the other" in err
    assert run("merge", tmp_path / "a", tmp_path / "a")[0] == 2
    assert run("merge", tmp_path / "a", files[0])[0] == 2
    code, _, err = run("merge", tmp_path / "a", "-o", tmp_path / "a")
    assert code == 2
    assert "would replace an input" in err


def test_a_state_that_is_there_is_not_overwritten(run, files, tmp_path):
    state = tmp_path / "a"
    run(*files[:2], "--shard", "1/2", "-o", state)
    before = state.read_bytes()
    code, _, err = run(*files[:2], "--shard", "2/2", "-o", state)
    assert code == 2
    assert "--resume goes on from it" in err
    assert state.read_bytes() == before
    code, _, err = run(*files[:2], "-o", state, "--resume", "-q")
    assert code == 0
    assert "going on from" in err
    assert state.read_bytes() == lm.accumulate(*files[:2]).to_bytes()


def test_a_tokeniser_is_kept_and_checked(run, files, tmp_path):
    for i, name in ((1, "bpe"), (2, "unigram")):
        run(*files[:2], "--shard", f"{i}/2", "-o", tmp_path / str(i), "--tokenizer", name)
    code, _, err = run("merge", tmp_path / "1", tmp_path / "2")
    assert code == 2
    assert "tokenizer is 'bpe' in one and 'unigram' in the other" in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Missing argument 'BASE'"),
        (("B", "M", "--shard", "3/2"), "'3/2' is not such as 2/8"),
        (("B", "M", "--shard", "1/2"), "keep it with -o STATE"),
        (("B", "M", "--resume"), "give both"),
        (("B", "M", "S", "--compat", "llama.cpp"), "is for one MODEL"),
        (("B", "M", "--json", "--compat", "llama.cpp"), "they exclude each other"),
        (("B", "nothing.kld"), "nothing.kld is not there"),
        (("B", ""), "a file without a name is not there"),
        (("B", "M", "S", "--unit", "bits"), "--unit is for one MODEL"),
        (("B", "M", "--floor", "-30"), "--floor is for lists"),
        (("merge",), "Missing argument 'STATES...'"),
    ],
)
def test_bad_usage(run, files, args, said):
    named = dict(zip("BMS", files, strict=True))
    code, out, err = run(*(named.get(arg, arg) for arg in args))
    assert (code, out) == (2, "")
    assert said in err


@pytest.fixture
def lists(tmp_path):
    """vLLM's prompt_logprobs of one token on both sides."""
    sides = ({5: -0.2, 7: -2.5}, {5: -0.3, 8: -2.0})
    for name, side in zip("pq", sides, strict=True):
        listed = {
            str(token): {"logprob": logp, "rank": rank}
            for rank, (token, logp) in enumerate(side.items(), start=1)
        }
        (tmp_path / f"{name}.json").write_text(json.dumps([None, listed]))
    return tmp_path / "p.json", tmp_path / "q.json"


def test_lists_of_likely_tokens_are_bounded(run, lists):
    """Token 8 is at most e^−2.5 in P, and token 7 at least e^−20 in Q; the rest is in between."""
    code, out, err = run(*lists, "--floor", "-20", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["lower"]["value"] == pytest.approx(0.018805, abs=1e-6)
    assert found["upper"]["value"] == pytest.approx(3.2273, abs=1e-4)
    assert found["coverage"] == pytest.approx(np.exp(-0.2))
    code, out, _ = run(*lists)
    assert code == 0
    assert out.startswith("0.01881 ≤ KL(base‖model) ≤ ∞ nats a token (1 token in 1 response)")
    assert "No upper bound: Q has no floor" in out
    code, _, err = run(*lists, "-o", "state")
    assert code == 2
    assert "is for logits" in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--unit", "bits"), "--unit is for logits"),
        (("--cluster", "token"), "--cluster is for logits"),
        (("--floor", "nan"), "the floor is nan"),
        (("--floor", "3"), "p is p.json and q is q.json: the floor is 3"),
    ],
)
def test_what_lists_cannot_be_asked(run, lists, args, said):
    code, out, err = run(*lists, *args)
    assert (code, out) == (2, "")
    assert said in err


def test_states_of_other_files_with_the_same_names_are_not_merged(run, files, tmp_path):
    base, first, other = files
    for i, model in enumerate((np.load(other), np.load(other) * 1.5), start=1):
        folder = tmp_path / str(i)
        folder.mkdir()
        np.save(folder / "model.npy", model)
        run(base, folder / "model.npy", "--shard", f"{i}/2", "-o", folder / "state")
    code, out, err = run("merge", tmp_path / "1" / "state", tmp_path / "2" / "state")
    assert (code, out) == (2, "")
    assert "content is" in err
    code, _, err = run("merge", first)
    assert code == 2
    assert "not a state" in err
    code, _, err = run(tmp_path / "1" / "state", first)
    assert code == 2
    assert "kullback lm merge" in err


def test_of_a_list_and_nothing_the_nothing_is_said(run, lists):
    code, _, err = run(lists[0], "nothing.json")
    assert code == 2
    assert "nothing.json is not there" in err


def test_a_list_against_logits_is_refused(run, lists, files):
    code, out, err = run(lists[0], files[1])
    assert (code, out) == (2, "")
    assert "read_logprobs" in err


def test_stopped_and_gone_on_with(files, tmp_path):
    """A real process, stopped by Ctrl-C in the middle, loses nothing."""
    state = tmp_path / "run.state"
    slow = (
        "import sys, time\n"
        "from kullback.lm.tokens import compare\n"
        "from kullback.cli import main\n"
        "compare.BATCH = 300\n"
        "plain = compare.DECODERS['clean']\n"
        "def slowly(*args):\n"
        "    time.sleep(0.05)\n"
        "    print('.', flush=True)\n"
        "    return plain(*args)\n"
        "compare.DECODERS['clean'] = slowly\n"
        "sys.exit(main())\n"
    )
    command = [sys.executable, "-c", slow, "lm", *files[:2], "-o", str(state)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    for _ in range(5):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    said = err.decode()
    assert f"stopped: {state} holds " in said
    assert "to go on: kullback lm" in said
    assert "--resume" in said
    held = len(lm.Accumulator.load(state))
    assert 0 < held < 140
    assert main(["lm", *files[:2], "-o", str(state), "--resume", "-q"]) == 0
    assert state.read_bytes() == lm.accumulate(*files[:2]).to_bytes()


def test_the_state_is_kept_now_and_then(files, tmp_path, monkeypatch):
    """A run that is killed loses no more than what came after the last saving."""
    from kullback.cli import lm_states

    kept = []
    monkeypatch.setattr(lm_states, "EVERY", -1.0)
    monkeypatch.setattr(compare_module, "BATCH", 300 * 50)
    save = lm.Accumulator.save

    def noting(self, path):
        size = save(self, path)
        kept.append(len(lm.Accumulator.load(path)))
        return size

    monkeypatch.setattr(lm.Accumulator, "save", noting)
    assert main(["lm", *files[:2], "-o", str(tmp_path / "a"), "-q"]) == 0
    assert kept == [50, 100, 140, 140]


def test_progress_is_shown_on_a_terminal_only(monkeypatch, capsys):
    from kullback.cli.lm_states import ProgressLine

    with ProgressLine("comparing") as line:
        line.show(1, 10)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with ProgressLine("comparing") as line:
        line.show(0, 10)
        line.last = time.monotonic() - 1
        line.started -= 1
        line.show(5, 10)
    err = capsys.readouterr().err
    assert "comparing: 5 of 10 rows (50%), 5 rows/s, 1 s left" in err
    assert err.endswith("\r\x1b[K")
