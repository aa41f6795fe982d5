"""Files in the idx format, in which MNIST comes."""

from __future__ import annotations

import gzip
import math
import os
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

# By the third byte of the file.
DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
GZIP = b"\x1f\x8b"
CHUNK = 1 << 20


def load_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read an array from an idx file.

    Parameters
    ----------
    path : str or path-like
        A file, packed by gzip or not; its first bytes tell, not its name.

    Returns
    -------
    array : ndarray
        Of the file's shape and type (uint8, int8, int16, int32, float32 or float64), in this
        machine's byte order, and writable.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file does not begin as idx files do, has fewer or more bytes than its header says,
        or is damaged.

    See Also
    --------
    load_mnist : Images and labels from such files.

    References
    ----------
    LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998, "File formats".

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from balancekit.datasets import load_idx
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels-idx1-ubyte")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    ...     load_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    name = os.fspath(path)
    content, is_whole = _unpack(name)
    ends_early = "" if is_whole else " The gzip file ends early: copy it again."
    if len(content) < 4:
        msg = f"{name} has {len(content)} bytes; an idx file needs 4 for its magic number alone."
        raise ValueError(msg + ends_early)
    code, n_dimensions = content[2:4]
    if content[:2] != b"\0\0" or code not in DTYPES:
        codes = ", ".join(f"{known:02x}" for known in DTYPES)
        msg = (
            f"{name} has the magic number {content[:4].hex(' ')}; an idx file has 00 00, one of "
            f"{codes} for the type, and the number of dimensions. Pass an idx file."
        )
        raise ValueError(msg)
    header = 4 + 4 * n_dimensions
    if len(content) < header:
        msg = (
            f"{name} has {len(content)} bytes; the header for {n_dimensions} dimensions alone "
            f"needs {header}."
        )
        raise ValueError(msg + (ends_early or " Copy the file again."))
    shape = tuple(np.frombuffer(content[4:header], dtype=">u4").tolist())
    dtype = np.dtype(DTYPES[code])
    needed = header + math.prod(shape) * dtype.itemsize
    if len(content) != needed or not is_whole:
        msg = (
            f"{name} has {len(content)} bytes; its header, for shape {shape} of {dtype.name}, "
            f"needs {needed}."
        )
        raise ValueError(msg + (ends_early or " Copy the file again."))
    values = np.frombuffer(content, dtype=dtype, offset=header)
    return values.astype(dtype.newbyteorder("=")).reshape(shape)


def _unpack(name: str) -> tuple[bytes, bool]:
    """Read a file, as far as it goes, and tell whether it is whole."""
    with open(name, "rb") as file:
        if file.read(len(GZIP)) != GZIP:
            file.seek(0)
            return file.read(), True
        file.seek(0)
        chunks = []
        try:
            with gzip.GzipFile(fileobj=file) as packed:
                while chunk := packed.read1(CHUNK):
                    chunks.append(chunk)
        except EOFError:
            return b"".join(chunks), False
        except (gzip.BadGzipFile, zlib.error) as error:
            msg = f"{name} is packed by gzip and damaged: copy it again. {error}"
            raise ValueError(msg) from None
        return b"".join(chunks), True
