"""Handwritten digits."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from balancekit.datasets._idx import load_idx

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
VARIABLE = "BALANCEKIT_DATA"
SIDE = 28


def load_mnist(
    folder: str | os.PathLike[str] | None = None, *, subset: str = "train"
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read MNIST, or a set in files of the same names, from a folder; nothing is downloaded.

    Parameters
    ----------
    folder : str or path-like, default=None
        Where the files are: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
        `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each with or without `.gz`; of two
        that differ by `.gz` only, the one without. None is the folder `mnist` in the folder that
        the environment variable `BALANCEKIT_DATA` names.
    subset : {"train", "test"}, default="train"
        Which rows to read; only their two files need be there.

    Returns
    -------
    images : ndarray of uint8, shape (n_rows, 28, 28)
        Ink from 0 to 255. MNIST has 60000 rows for training and 10000 for tests.
    labels : ndarray of int64, shape (n_rows,)
        Digits.

    Raises
    ------
    FileNotFoundError
        If there are no such files; it says which and where.
    ValueError
        If `subset` is something else, or a file holds something else.

    See Also
    --------
    load_idx : One file, of any shape.
    make_step_imbalance : Rows of some classes only in part.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86, 1998.

    Examples
    --------
    >>> from balancekit.datasets import load_mnist
    >>> images, labels = load_mnist(subset="test")  # doctest: +SKIP
    >>> images.shape, labels.shape  # doctest: +SKIP
    ((10000, 28, 28), (10000,))
    """
    if subset not in FILES:
        msg = f"subset is {subset!r}; pass 'train' or 'test'."
        raise ValueError(msg)
    place = _find_folder(folder)
    found = {name: _find_file(place, name) for name in FILES[subset]}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        finding = f"{place} has no {' and no '.join(missing)}, with or without .gz."
        raise FileNotFoundError(_with_way_out(finding))
    images_path, labels_path = (path for path in found.values() if path is not None)
    images, labels = load_idx(images_path), load_idx(labels_path)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        msg = (
            f"{images_path} holds {images.dtype} of shape {images.shape}; needed is uint8 of "
            f"shape (n_rows, {SIDE}, {SIDE}). Use load_idx for other sets."
        )
        raise ValueError(msg)
    if labels.dtype != np.uint8 or labels.shape != (len(images),):
        msg = (
            f"{labels_path} holds {labels.dtype} of shape {labels.shape}; needed is uint8 of "
            f"shape ({len(images)},), a label for each image. Use load_idx for other sets."
        )
        raise ValueError(msg)
    return images, labels.astype(np.int64)


def _find_folder(folder: str | os.PathLike[str] | None) -> Path:
    if folder is not None:
        return Path(folder)
    data = os.environ.get(VARIABLE)
    if not data:
        raise FileNotFoundError(_with_way_out(f"No folder is given, and {VARIABLE} is not set."))
    return Path(data, "mnist")


def _find_file(folder: Path, name: str) -> Path | None:
    candidates = (folder / name, folder / f"{name}.gz")
    return next((path for path in candidates if path.is_file()), None)


def _with_way_out(finding: str) -> str:
    names = ", ".join(name for pair in FILES.values() for name in pair)
    return (
        f"{finding} balancekit downloads nothing: put MNIST's four files {names}, each as it is or "
        "with .gz at its end, into one folder, and pass it as folder; or into the folder mnist of "
        f"the folder that the environment variable {VARIABLE} names."
    )
