"""Nets in files that hold no code."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from balancekit.deep._device import find_device
from balancekit.deep._parts import build_loss, build_module

FORMAT = "balancekit net 1"
ARRAYS = ("class_counts_", "natural_prior_", "effective_prior_", "_draws")


def save_net(net: Any, path: Any) -> None:
    """Save a fitted net.

    Parameters
    ----------
    net : BalancedNetClassifier
        The net.
    path : str, path or file object
        Where to.

    Raises
    ------
    TypeError
        If class labels are neither numbers, bool nor strings.
    """
    classes = net.classes_.tolist()
    odd = {type(label).__name__ for label in classes} - {"int", "float", "bool", "str"}
    if odd:
        msg = (
            f"Class labels are of type {', '.join(sorted(odd))}, and a file without code holds "
            "numbers, bool and strings. Fit on labels such as `y.astype(str)`, or pickle the net."
        )
        raise TypeError(msg)
    names = getattr(net, "feature_names_in_", None)
    saved = {
        "format": FORMAT,
        "module": net.module_.state_dict(),
        "criterion": net.criterion_.state_dict(),
        "classes": classes,
        "classes_dtype": "object" if net.classes_.dtype == object else net.classes_.dtype.str,
        "row_shape": None if net._row_shape is None else list(net._row_shape),
        "feature_names": None if names is None else [str(name) for name in names],
        "history": net.history_,
        "n_epochs": net.n_epochs_,
        "best_epoch": net.best_epoch_,
        "seed": net.seed_,
    }
    for name in ARRAYS:
        values = getattr(net, name)
        saved[name] = None if values is None else torch.from_numpy(np.array(values))
    torch.save(saved, path)


def load_net(net: Any, path: Any) -> None:
    """Make a net what a saved one was.

    Parameters
    ----------
    net : BalancedNetClassifier
        Its parameters make the module; written to.
    path : str, path or file object
        Where from.

    Raises
    ------
    ValueError
        If the file was not made by `save_net`, or its weights do not fit the module.
    """
    device = find_device(net.device)
    saved = read_file(path, FORMAT, device)
    if saved is None:
        msg = f"{path} holds no net that `save` has saved. Use torch.load for other files."
        raise ValueError(msg)
    shape = saved["row_shape"]
    classes = np.array(saved["classes"], dtype=saved["classes_dtype"])
    module = build_module(net.module, net._nested("module"), module_sizes(shape, len(classes))).to(
        device
    )
    criterion = build_loss(net.criterion, net._nested("criterion")).to(device)
    try:
        module.load_state_dict(saved["module"])
        criterion.load_state_dict(saved["criterion"])
    except RuntimeError as error:
        msg = (
            f"The weights in {path} do not fit the parts of this net. Set the parameters that the "
            f"saved one had. {error}"
        )
        raise ValueError(msg) from error
    for name in ARRAYS:
        values: Tensor | None = saved[name]
        setattr(net, name, None if values is None else values.cpu().numpy())
    net.module_, net.criterion_, net.classes_ = module.eval(), criterion, classes
    net._row_shape = None if shape is None else tuple(shape)
    for name in ("n_features_in_", "feature_names_in_"):
        net.__dict__.pop(name, None)
    if shape is not None:
        net.n_features_in_ = shape[0]
    if saved["feature_names"] is not None:
        net.feature_names_in_ = np.array(saved["feature_names"], dtype=object)
    net.history_, net.n_epochs_ = saved["history"], saved["n_epochs"]
    net.best_epoch_, net.seed_ = saved["best_epoch"], saved["seed"]
    net.__dict__.pop("optimizer_", None)


def read_file(path: Any, kind: str, device: Any) -> dict[str, Any] | None:
    """Read a file of ours.

    Parameters
    ----------
    path : str, path or file object
        Where from.
    kind : str
        What it says of its format.
    device : str or torch.device
        Where tensors go.

    Returns
    -------
    saved : dict, or None
        None if the file is of another kind.
    """
    try:
        saved = torch.load(path, map_location=device, weights_only=True)
    except OSError:
        raise
    except Exception:
        # What PyTorch raises at files of others depends on their first bytes.
        return None
    return saved if isinstance(saved, dict) and saved.get("format") == kind else None


def module_sizes(shape: Any, n_classes: int) -> dict[str, int]:
    """List what a module's constructor may be told.

    Parameters
    ----------
    shape : tuple of int or None
        Shape of a row, if known.
    n_classes : int
        Number of classes.

    Returns
    -------
    sizes : dict of str to int
    """
    sizes = {"n_classes": n_classes, "n_outputs": n_classes}
    if shape is not None:
        n_features = int(np.prod(shape))
        sizes.update(n_features_in=n_features, n_features=n_features)
    return sizes
