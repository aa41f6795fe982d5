"""Files that are either complete or absent."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from balancekit.comparison.extras import require

if TYPE_CHECKING:
    from balancekit.comparison.result import Comparison

NUMBERS = "scores.json"
PICTURE = "scores.png"


def to_json(comparison: Comparison) -> str:
    """Write a comparison as strict JSON.

    Parameters
    ----------
    comparison : Comparison
        The result.

    Returns
    -------
    text : str
        Without NaN or infinity.
    """
    return json.dumps(comparison.to_dict(), indent=2, allow_nan=False, ensure_ascii=False)


def check_folder(folder: Path) -> None:
    """Check, before anything is computed, that results can be saved.

    Parameters
    ----------
    folder : Path
        Where to. It is not created yet, and nothing is left in it.

    Raises
    ------
    ValueError
        If it, or a folder it would lie in, is a file or cannot be written to, or if a folder has
        the name of a result.
    MissingExtraError
        If matplotlib is not installed.
    """
    require("matplotlib", "The picture of --out")
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        msg = f"--out {folder}: {nearest} is a file; name a folder"
        raise ValueError(msg)
    for name in (NUMBERS, PICTURE):
        if (folder / name).is_dir():
            msg = f"--out {folder}: {name} in it is a folder; rename that, or name another folder"
            raise ValueError(msg)
    try:
        # Permissions alone do not tell: root has them all, also on what takes no files.
        with TemporaryDirectory(dir=nearest):
            pass
    except OSError as error:
        msg = f"--out {folder}: {nearest} cannot be written to; name another folder"
        raise ValueError(msg) from error


def save(comparison: Comparison, folder: Path) -> None:
    """Save ``scores.json`` and ``scores.png``.

    Parameters
    ----------
    comparison : Comparison
        The result.
    folder : Path
        Where to. It is created if it is missing.

    Raises
    ------
    OSError
        If a file cannot be written; then none is replaced.
    """
    picture = io.BytesIO()
    comparison.plot().savefig(picture, format="png")
    text = to_json(comparison) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    _replace(
        {
            folder / NUMBERS: text.encode(),
            folder / PICTURE: picture.getvalue(),
        }
    )


def _replace(contents: Mapping[Path, bytes]) -> None:
    """Write all files beside their names, then rename them."""
    partial = {path.with_name(f".{path.name}.{os.getpid()}.tmp"): path for path in contents}
    try:
        for temporary, path in partial.items():
            temporary.write_bytes(contents[path])
        for temporary, path in partial.items():
            temporary.replace(path)
    finally:
        for temporary in partial:
            temporary.unlink(missing_ok=True)
