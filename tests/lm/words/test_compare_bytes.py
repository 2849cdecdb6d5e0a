"""Different tokenisers: cells and bounds by enumeration of toy vocabularies, and real shapes."""

import itertools
import json

import numpy as np
import pytest

from kullback import lm
from kullback.errors import InputError
from kullback.lm.words.cells import common_cells, in_cells

# Every vocabulary over "ab" and "abc" that is enumerated: with and without single bytes.
VOCABULARIES = (
    (b"a", b"b"),
    (b"a", b"b", b"ab", b"ba"),
    (b"a", b"b", b"aa", b"abb"),
    (b"aa", b"ab", b"b"),
    (b"aa", b"ab", b"ba", b"bb"),
    (b"a", b"ba", b"bb"),
    (b"", b"a", b"b", b"bab"),
)
LONG = 4  # bytes that are enumerated


class Toy:
    """A model of tokens whose law depends on the bytes before, and all texts that it makes."""

    def __init__(self, tokens, seed):
        self.tokens, self.seed = tokens, seed

    def law(self, before):
        rng = np.random.default_rng([self.seed, *before])
        return rng.dirichlet(np.full(len(self.tokens), 0.7))

    def texts(self, before=b""):
        """Return the probability of each text of LONG bytes, or that ended before."""
        found = {}
        for token, p in zip(self.tokens, self.law(before), strict=True):
            text = before + token
            if not token or len(text) >= LONG:
                key = (text[:LONG], not token and len(text) < LONG)
                found[key] = found.get(key, 0.0) + p
            else:
                for key, more in self.texts(text).items():
                    found[key] = found.get(key, 0.0) + p * more
        return found


def kl(p, q):
    return sum(x * np.log2(x / q.get(key, 0.0)) for key, x in p.items() if x > 0)


PAIRS = list(itertools.product(range(len(VOCABULARIES)), repeat=2))


@pytest.mark.parametrize(("i", "j"), PAIRS)
def test_a_cell_is_what_both_know_and_kl_of_cells_is_at_most_that_of_texts(i, j):
    p, q = Toy(VOCABULARIES[i], 1), Toy(VOCABULARIES[j], 2)
    cells = common_cells(p.tokens, q.tokens)
    shares = [
        in_cells(np.log(side.law(b""))[None], of, len(cells.names))[0]
        for side, of in ((p, cells.first), (q, cells.second))
    ]
    texts = [side.texts() for side in (p, q)]
    if not cells.same:
        for share, text in zip(shares, texts, strict=True):
            for name, mass in zip(cells.names, share, strict=True):
                begins = [
                    x for (t, over), x in text.items()
                    if (t.startswith(name) if name else over and not t)
                ]  # fmt: skip
                assert mass == pytest.approx(sum(begins), abs=1e-12), name
    if any(b"" in side.tokens for side in (p, q)) and i != j:
        return  # one side never ends: KL is infinite, or the cell is
    found = lm.compare_bytes(
        *(np.log(side.law(b""))[None] for side in (p, q)),
        base_tokens=list(p.tokens), model_tokens=list(q.tokens),
        base_targets=[p.tokens.index(next(t for t in p.tokens if t[:1] == b"b"))],
        model_targets=[q.tokens.index(next(t for t in q.tokens if t[:1] == b"b"))],
    )  # fmt: skip
    exact = kl(*texts)
    if not cells.same:
        assert 0 <= found.kl.value <= exact * (1 + 1e-12)
    else:
        laws = [dict(zip(side.tokens, side.law(b""), strict=True)) for side in (p, q)]
        assert found.kl.value == pytest.approx(kl(*laws), rel=1e-9)
        assert found.exact


def test_cells_are_as_fine_as_can_be():
    """Brute force: no finer partition of beginnings is known to both."""
    for first, second in itertools.combinations(VOCABULARIES[:6], 2):
        names = set(common_cells(first, second).names)
        tokens = {*first, *second}
        for name in names:
            # To split a cell is to ask what follows a token: its law is not known here.
            assert name in tokens
            assert not any(name.startswith(t) and t != name for t in tokens)


def test_a_text_in_two_cuts():
    """Rows of two tokenisers over one text: which places are shared, and what the text costs."""
    first, second = [b"a", b"b", b"ab"], [b"b", b"a", b"bab"]
    base_ids, model_ids = [2, 2, 0, 1], [1, 2, 1, 0]  # ab|ab|a|b, a|bab|a|b
    rng = np.random.default_rng(4)
    p, q = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    found = lm.compare_bytes(
        p, q, base_tokens=first, model_tokens=second,
        base_targets=base_ids, model_targets=model_ids,
    )  # fmt: skip
    assert (found.places, found.bytes, found.exact) == (3, 6, False)  # bytes 0, 4 and 5
    a, b = (np.exp(x) / np.exp(x).sum(-1, keepdims=True) for x in (p, q))
    expected = []
    for row, other in ((0, 0), (2, 2), (3, 3)):
        of_a, of_b = a[row, 0] + a[row, 2], b[other, 1]
        expected.append(of_a * np.log2(of_a / of_b) + (1 - of_a) * np.log2((1 - of_a) / (1 - of_b)))
    assert found.kl.value == pytest.approx(np.mean(expected))
    assert found.kl_per_byte == pytest.approx(np.sum(expected) / 6)
    cost = -np.log2(a[np.arange(4), base_ids]).sum() / 6
    assert found.bits_per_byte_base.value == pytest.approx(cost)
    told = json.loads(found.to_json())
    assert told["cells"] == 2
    assert "at least" in found.headline
    assert "<table" in found.to_html()


def test_the_same_tokens_in_another_order_are_the_same():
    rng = np.random.default_rng(5)
    tokens = [b"a", b"b", b"ab", b"ba"]
    order = rng.permutation(4)
    p = rng.normal(size=(6, 4))
    q = p + 0.3 * rng.normal(size=p.shape)
    found = lm.compare_bytes(
        p, q[:, order], base_tokens=tokens, model_tokens=[tokens[i] for i in order],
        base_targets=[0, 1, 2, 3, 0, 1],
        model_targets=[int(np.flatnonzero(order == i)[0]) for i in (0, 1, 2, 3, 0, 1)],
    )  # fmt: skip
    assert found.exact
    assert found.kl.value == pytest.approx(lm.compare(p, q).to("bits").kl.value)


def test_files_of_tokenisers_are_read(tmp_path):
    """A byte-level tokenizer.json against one like SentencePiece's; special tokens are silent."""
    told = {
        "model": {"vocab": {"a": 0, "b": 1, "Ġa": 2, "<end>": 3}},
        "decoder": {"type": "ByteLevel"},
        "added_tokens": [{"id": 3, "content": "<end>", "special": True}],
    }
    other = {"model": {"vocab": {"▁": 0, "a": 1, "b": 2, "ab": 3}}}
    for name, text in (("p.json", told), ("q.json", other)):
        (tmp_path / name).write_text(json.dumps(text), "utf-8")
    rng = np.random.default_rng(6)
    found = lm.compare_bytes(
        rng.normal(size=(3, 4)), rng.normal(size=(3, 4)),
        base_tokens=tmp_path / "p.json", model_tokens=tmp_path / "q.json",
        base_targets=[0, 2, 1], model_targets=[1, 0, 3],
    )  # fmt: skip
    assert (found.places, found.bytes, found.cells) == (2, 4, 4)  # "a a" + "b": a, b, space, end
    assert np.isinf(found.kl.value)  # the base may end, and the model has no token for it


def test_what_is_no_pair():
    p = np.zeros((2, 2))
    given = {"base_tokens": [b"a", b"b"], "model_tokens": [b"a", b"b"]}
    with pytest.raises(InputError, match="base_targets"):
        lm.compare_bytes(p, p, **given)
    with pytest.raises(InputError, match="part at byte 1"):
        lm.compare_bytes(p, p, **given, base_targets=[0, 1], model_targets=[0, 0])
    with pytest.raises(InputError, match="writes anything"):
        lm.compare_bytes(
            p, p, base_tokens=[b"", b""], model_tokens=[b"", b""],
            base_targets=[0, 1], model_targets=[0, 1],
        )  # fmt: skip
