"""A model of the transformers package on disk, as a function from token ids to logits."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError, MissingDependencyError

Ids = NDArray[np.int64]


class LanguageModel(NamedTuple):
    """A model that runs.

    Parameters
    ----------
    name : str
        What to call it.
    logits : callable
        From the token ids of one chunk, shape (n,), to logits of shape (n, vocabulary).
    encode : callable or None
        From a text to token ids, where the tokeniser is known.
    """

    name: str
    logits: Callable[[Ids], NDArray[Any]]
    encode: Callable[[str], Ids] | None


def load(path: str | os.PathLike[str]) -> LanguageModel:
    """Load a model and its tokeniser from a folder; nothing is downloaded.

    Parameters
    ----------
    path : path
        The folder that `save_pretrained` wrote.

    Raises
    ------
    InputError
        If there is no such folder, or no model in it.
    MissingDependencyError
        If transformers or PyTorch is not installed.
    """
    folder = os.fspath(path)
    if not Path(folder, "config.json").is_file():
        raise InputError(
            f"{folder} holds no config.json; give the folder of a transformers model, the address "
            f"of a server (http://…), or a function from token ids to logits"
        )
    try:
        import torch
        import transformers
    except ImportError as error:
        raise MissingDependencyError(
            'to run a model needs transformers and PyTorch: pip install "kullback[torch]" '
            "transformers"
        ) from error
    model: Any = transformers.AutoModelForCausalLM.from_pretrained(folder, local_files_only=True)
    model.eval()

    def logits(ids: Ids) -> NDArray[Any]:
        with torch.inference_mode():
            found = model(torch.as_tensor(ids)[None].to(model.device)).logits[0].cpu()
        wide = found.float() if found.dtype == torch.bfloat16 else found
        return np.asarray(wide.numpy())

    def encode(text: str) -> Ids:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
        return np.asarray(tokenizer(text, verbose=False)["input_ids"], np.int64)

    return LanguageModel(Path(folder).name, logits, encode)
