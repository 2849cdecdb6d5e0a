"""The metric: means of rows and not of batches, whatever the number of processes."""

import importlib.util
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from metric_rows import batches  # noqa: E402

import kullback  # noqa: E402
from kullback.errors import InputError, ShapeError  # noqa: E402
from kullback.torch import MeanKL, kl_from_logits, torchmetric  # noqa: E402

HERE = Path(__file__).parent
SOURCE = Path(kullback.__file__).parents[1]  # with the compiled kernels, if there are any


def collected(some, **options):
    metric = MeanKL(**options)
    for p, q, mask, cluster in some:
        metric.update(p, q, mask=mask, cluster=cluster)
    return metric


def truth(temperature=1.0):
    """All rows at once, and the clustered error from its definition."""
    values, labels = [], []
    for p, q, mask, cluster in batches():
        values.append(kl_from_logits(p[mask], q[mask], temperature=temperature))
        labels.append(cluster[mask])
    values, labels = torch.cat(values).double().numpy(), torch.cat(labels).numpy()
    groups = np.unique(labels)
    apart = values - values.mean()
    total = sum(apart[labels == group].sum() ** 2 for group in groups)
    error = math.sqrt(len(groups) / (len(groups) - 1) * total) / len(values)
    return values, error


def test_one_process():
    values, error = truth()
    metric = collected(batches())
    assert metric.compute().item() == pytest.approx(values.mean(), rel=1e-15)
    estimate = metric.estimate()
    assert estimate.n == len(values)
    assert estimate.outcomes == 5
    assert estimate.standard_error == pytest.approx(error, rel=1e-12)
    independent = values.std(ddof=1) / math.sqrt(len(values))
    assert estimate.independent_error == pytest.approx(independent, rel=1e-12)
    means = [kl_from_logits(p[m], q[m]).mean().item() for p, q, m, _ in batches() if m.any()]
    assert abs(np.mean(means) - values.mean()) > 0.01  # the mean of means is another number


def test_forward_gives_the_batch_and_collects():
    metric = MeanKL()
    p, q, mask, cluster = batches()[3]
    alone = metric(p, q, mask=mask, cluster=cluster)
    assert alone.item() == pytest.approx(kl_from_logits(p, q, mask=mask).sum().item() / mask.sum())
    assert metric.compute() == alone
    metric.reset()
    assert math.isnan(metric.compute().item())
    assert metric.estimate().n == 0


def test_state_dict_goes_on_where_it_was():
    first = collected(batches()[:3])
    second = MeanKL()
    second.load_state_dict(first.state_dict())
    for p, q, mask, cluster in batches()[3:]:
        second.update(p, q, mask=mask, cluster=cluster)
    assert second.compute() == collected(batches()).compute()
    model = torch.nn.ModuleDict({"kl": first}).half()  # a cast model keeps float64 sums
    assert model["kl"].compute().dtype == torch.float64
    assert "kl._extra_state" in model.state_dict()


@pytest.mark.parametrize("rate", [1e8, 1.0])
def test_small_spreads_on_large_means(rate):
    """Sums of squares lose this: values of 1e8 ± 1 (llama.cpp #2858)."""
    from kullback.torch.moments import merged, moments

    values = rate + torch.randn(5000, generator=torch.Generator().manual_seed(0)).double()
    parts = torch.stack([moments(part) for part in values.split(77)])
    count, mean, squares = merged(parts).tolist()
    assert count == 5000
    assert mean == pytest.approx(values.mean().item(), rel=1e-15)
    assert squares / 4999 == pytest.approx(values.var().item(), rel=1e-7)


def together(tmp_path, world, *more):
    """Run real processes that meet on the loopback, and return what each printed."""
    path = os.pathsep.join([str(SOURCE), str(HERE)])
    environment = {**os.environ, "PYTHONPATH": path, "GLOO_SOCKET_IFNAME": "lo"}
    place = tmp_path / f"meeting-{world}"
    command = [sys.executable, str(HERE / "gathering.py")]
    running = [
        subprocess.Popen(
            [*command, str(rank), str(world), str(place), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for rank in range(world)
    ]
    told = []
    for process in running:
        out, talk = process.communicate(timeout=300)
        assert process.returncode == 0, talk
        told.append(json.loads(out))
    return told


@pytest.mark.skipif(not torch.distributed.is_available(), reason="torch without distributed")
def test_two_processes(tmp_path):
    """gloo on the loopback: both say what one process says."""
    metrics = importlib.util.find_spec("torchmetrics") is not None
    told = together(tmp_path, 2, *(["torchmetrics"] if metrics else []))
    single = collected(batches(), temperature=1.5)
    assert {told[0]["all"], told[1]["all"]} == {told[0]["all"]}
    assert told[0]["here"] != told[1]["here"]
    for process in told:
        assert process["all"] == pytest.approx(single.compute().item(), rel=1e-15)
        assert process["error"] == pytest.approx(single.estimate().standard_error, rel=1e-12)
        assert process["n"] == single.estimate().n
        assert process["clusters"] == 5
        if metrics:
            assert process["torchmetrics"] == pytest.approx(process["all"], rel=1e-14)


def test_torchmetrics():
    torchmetrics = pytest.importorskip("torchmetrics")
    collection = torchmetrics.MetricCollection({"kl": torchmetric(), "js": torchmetric(beta=0.5)})
    for p, q, mask, _ in batches():
        collection.update(p, q, mask)
    result = collection.compute()
    assert result["kl"].item() == pytest.approx(collected(batches()).compute().item())
    assert result["js"].item() != result["kl"].item()
    assert result["js"].dtype == torch.float64
    collection.reset()
    assert collection["kl"].sums.tolist() == [0, 0, 0]


def test_refusals():
    p, q = torch.zeros(4, 3), torch.zeros(4, 3)
    with pytest.raises(InputError, match="not reduction"):
        MeanKL(reduction="sum")
    metric = MeanKL()
    metric.update(p, q)
    with pytest.raises(InputError, match="every batch or with none"):
        metric.update(p, q, cluster=1)
    with pytest.raises(ShapeError, match=r"shape \(3,\) and the rows \(4,\)"):
        MeanKL().update(p, q, cluster=torch.arange(3))
    with pytest.raises(InputError, match="whole numbers"):
        MeanKL().update(p, q, cluster=torch.rand(4))
    with pytest.raises(InputError, match="version 9"):
        metric.load_state_dict({"_extra_state": {"version": 9}})


def test_without_torch():
    """The room says what to install; the rest of the house opens."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import kullback\n"
        "try: kullback.torch\n"
        "except kullback.errors.MissingDependencyError as error: print(error)"
    )
    path = str(SOURCE)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.stdout.strip() == 'kullback.torch needs PyTorch: pip install "kullback[torch]"'


@pytest.mark.parametrize("cluster", [None, 3])
def test_an_infinite_row_makes_the_mean_infinite(cluster):
    p, q = torch.zeros(3, 4), torch.zeros(3, 4)
    q[0, 0] = -math.inf
    metric = MeanKL()
    metric.update(p, torch.zeros(3, 4), cluster=cluster)
    metric.update(p, q, cluster=cluster)
    metric.update(p, torch.zeros(3, 4), cluster=cluster)
    assert metric.compute().item() == math.inf
    estimate = metric.estimate()
    assert estimate.value == math.inf
    assert math.isnan(estimate.standard_error)
    assert estimate.interval is None
    other = MeanKL()
    other.update(p, q, cluster=cluster)
    metric.merge_state(other)
    assert metric.compute().item() == math.inf
    q[1, 1] = math.nan
    metric.update(p, q, cluster=cluster)
    assert math.isnan(metric.compute().item())


def test_states_with_and_without_clusters_do_not_merge():
    p, q = torch.zeros(3, 4), torch.randn(3, 4)
    plain, clustered, empty = MeanKL(), MeanKL(), MeanKL()
    plain.update(p, q)
    clustered.update(p, q, cluster=torch.tensor([0, 0, 1]))
    for first, second in ((plain, clustered), (clustered, plain)):
        with pytest.raises(InputError, match="one state has clusters and the other has none"):
            first.merge_state(second)
    empty.merge_state(clustered)
    clustered.merge_state(MeanKL())
    assert empty.estimate().outcomes == clustered.estimate().outcomes == 2
