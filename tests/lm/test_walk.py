"""The walk of docs/language_models.md from a model on disk to a page: run as it is printed."""

import shlex
from pathlib import Path

import numpy as np
import pytest

from kullback import lm
from kullback.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "language_models.md").read_text("utf-8")
TEXT = "The walk goes from a model on disk to a page, a chunk at a time. " * 60


def printed():
    """Return the commands of the block, without what is behind the #."""
    block = (
        PAGE.partition("## From a model on disk to a page")[2]
        .partition("```sh\n")[2]
        .partition("```")[0]
    )
    return [shlex.split(line, comments=True) for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two small models of transformers in folders, the second one with noise on its weights."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    words = tokenizers.Tokenizer(tokenizers.models.BPE())
    words.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()
    )
    words.train_from_iterator([TEXT], trainer)
    size = words.get_vocab_size()
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=size, n_positions=512, n_embd=16, n_layer=1, n_head=2, initializer_range=0.5
    )
    model = transformers.GPT2LMHeadModel(config)
    for name in ("base", "quantised"):
        model.save_pretrained(tmp_path / name)
        transformers.PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(
            tmp_path / name
        )
        with torch.no_grad():
            for weight in model.parameters():
                weight.add_(torch.randn_like(weight), alpha=0.05)
    (tmp_path / "wiki.txt").write_text(TEXT, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_walk_is_walked_as_it_is_printed(folder, capsys):
    commands = printed()
    assert len(commands) == 6
    for command in commands:
        assert command[0] == "kullback"
        if command[2] == "mismatch":
            np.save("other.npy", np.load("base.npy") / 1.25)
        assert main(command[1:]) == 0
        output = capsys.readouterr().out
    page = (folder / "page.html").read_text("utf-8")
    assert "All tokens" in page
    assert "page" in page
    found = lm.compare("base.kbs", "model.kbs")
    assert 0 < found.kl.value < 5
    assert "temperature of 1.25" in output
    assert lm.compare("small.kbs", "base.kbs").kl.value == pytest.approx(0, abs=1e-9)
