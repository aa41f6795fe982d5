"""Arrays from idx files, and MNIST from four of them."""

import gzip
import math
import struct

import numpy as np
import pytest

from balancekit.datasets import load_idx, load_mnist, make_step_imbalance

CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}
FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
LABELS = bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1])


def _idx(array):
    code = CODES[array.dtype.str[1:]]
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def _write_mnist(folder, subset="train", n_rows=3, pack=False):
    folder.mkdir(exist_ok=True)
    images = np.arange(n_rows * 28 * 28).reshape(n_rows, 28, 28).astype(np.uint8)
    labels = np.arange(n_rows, dtype=np.uint8)
    for name, array in zip(FILES[subset], (images, labels), strict=True):
        content = _idx(array)
        path = folder / (f"{name}.gz" if pack else name)
        path.write_bytes(gzip.compress(content) if pack else content)
    return images, labels


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 4), (2, 3, 4), (2, 0, 4), (2, 1, 2, 1, 3)])
@pytest.mark.parametrize("dtype", CODES)
def test_every_type_and_shape_comes_back(tmp_path, dtype, shape, pack):
    values = (
        np.linspace(-100, 100, math.prod(shape)) if dtype[0] != "u" else np.arange(math.prod(shape))
    )
    array = (values * (1000 if dtype == "i4" else 1)).astype(dtype).reshape(shape)
    path = tmp_path / "array"
    path.write_bytes(pack(_idx(array)))
    loaded = load_idx(path)
    assert loaded.dtype == np.dtype(dtype)
    assert loaded.dtype.isnative
    assert loaded.flags.writeable
    assert loaded.flags.c_contiguous
    np.testing.assert_array_equal(loaded, array, strict=True)


@pytest.mark.parametrize(
    ("code", "content", "value", "dtype"),
    [
        (0x08, b"\xff", 255, np.uint8),
        (0x09, b"\xff", -1, np.int8),
        (0x0B, b"\x01\x02", 258, np.int16),
        (0x0C, b"\x01\x02\x03\x04", 16909060, np.int32),
        (0x0D, b"\xbf\x80\x00\x00", -1.0, np.float32),
        (0x0E, b"\x40\x00\x00\x00\x00\x00\x00\x00", 2.0, np.float64),
    ],
)
def test_the_most_significant_byte_comes_first(tmp_path, code, content, value, dtype):
    path = tmp_path / "one"
    path.write_bytes(bytes([0, 0, code, 1, 0, 0, 0, 1]) + content)
    np.testing.assert_array_equal(load_idx(path), np.array([value], dtype=dtype), strict=True)


def test_the_content_tells_whether_a_file_is_packed(tmp_path):
    (tmp_path / "plain.gz").write_bytes(LABELS)
    (tmp_path / "packed").write_bytes(gzip.compress(LABELS))
    assert load_idx(tmp_path / "plain.gz").tolist() == [7, 2, 1]
    assert load_idx(str(tmp_path / "packed")).tolist() == [7, 2, 1]


def test_a_file_packed_in_parts_is_read_whole(tmp_path):
    path = tmp_path / "parts.gz"
    path.write_bytes(gzip.compress(LABELS[:6]) + gzip.compress(LABELS[6:]))
    assert load_idx(path).tolist() == [7, 2, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"has 0 bytes; an idx file needs 4 for its magic number alone\.$"),
        (LABELS[:3], r"has 3 bytes; an idx file needs 4 for its magic number alone\.$"),
        (b"\x01" + LABELS[1:], r"has the magic number 01 00 08 01; an idx file has 00 00, one of"),
        (b"\0\x01" + LABELS[2:], r"has the magic number 00 01 08 01; an idx file has 00 00"),
        (
            b"\0\0\x0a\x01" + LABELS[4:],
            r"has the magic number 00 00 0a 01; .* one of 08, 09, 0b, 0c, 0d, 0e for the",
        ),
        (b"a,b\n1,2\n", r"has the magic number 61 2c 62 0a; .* Pass an idx file\.$"),
        (LABELS[:6], r"has 6 bytes; the header for 1 dimensions alone needs 8. Copy the file"),
        (b"\0\0\x08\xff", r"has 4 bytes; the header for 255 dimensions alone needs 1024\."),
        (LABELS[:8], r"has 8 bytes; its header, for shape \(3,\) of uint8, needs 11. Copy the"),
        (LABELS[:-1], r"has 10 bytes; its header, for shape \(3,\) of uint8, needs 11. Copy the"),
        (LABELS + b"\0", r"has 12 bytes; its header, for shape \(3,\) of uint8, needs 11. Copy"),
        (
            _idx(np.ones((2, 3)))[:-5],
            r"has 55 bytes; its header, for shape \(2, 3\) of float64, needs 60. Copy the file",
        ),
        (
            b"\0\0\x0e\x03" + b"\xff" * 12,
            r"has 16 bytes; .* of float64, needs 633825299671392843082401579016\.",
        ),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_that_is_no_whole_idx_file_is_named_with_its_numbers(
    tmp_path, content, message, pack
):
    path = tmp_path / "bad-idx"
    path.write_bytes(pack(content))
    with pytest.raises(ValueError, match=rf"bad-idx {message}"):
        load_idx(path)


def test_a_packed_file_that_ends_early_is_named_with_its_numbers(tmp_path):
    noise = np.random.RandomState(0).randint(256, size=4000).astype(np.uint8)
    packed = gzip.compress(_idx(noise))
    path = tmp_path / "cut.gz"
    path.write_bytes(packed[:2000])
    message = (
        r"has 1\d\d\d bytes; .* shape \(4000,\) of uint8, needs 4008. The gzip file ends early"
    )
    with pytest.raises(ValueError, match=message):
        load_idx(path)
    # All values are there, and what would prove it is not.
    path.write_bytes(packed[:-4])
    with pytest.raises(
        ValueError, match=r"has 4008 bytes; .* needs 4008. The gzip file ends early"
    ):
        load_idx(path)
    path.write_bytes(packed[:5])
    with pytest.raises(ValueError, match=r"has 0 bytes; .* needs 4 .*The gzip file ends early"):
        load_idx(path)


def test_a_packed_file_that_is_damaged_is_named(tmp_path):
    path = tmp_path / "damaged.gz"
    packed = bytearray(gzip.compress(LABELS))
    packed[-5] ^= 1
    path.write_bytes(packed)
    with pytest.raises(
        ValueError, match=r"damaged.gz is packed by gzip and damaged: copy it again"
    ):
        load_idx(path)
    path.write_bytes(gzip.compress(LABELS) + b"more")
    with pytest.raises(
        ValueError, match=r"damaged.gz is packed by gzip and damaged: copy it again"
    ):
        load_idx(path)
    path.write_bytes(gzip.compress(LABELS)[:10] + b"\xff" * 20)
    with pytest.raises(
        ValueError, match=r"damaged.gz is packed by gzip and damaged: copy it again"
    ):
        load_idx(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere-idx1"):
        load_idx(tmp_path / "nowhere-idx1")


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("subset", ["train", "test"])
def test_images_and_labels_come_from_the_folder(tmp_path, subset, pack):
    images, labels = _write_mnist(tmp_path, subset, pack=pack)
    loaded_images, loaded_labels = load_mnist(tmp_path, subset=subset)
    np.testing.assert_array_equal(loaded_images, images, strict=True)
    np.testing.assert_array_equal(loaded_labels, labels.astype(np.int64), strict=True)


def test_training_rows_are_what_comes_unless_asked(tmp_path):
    _write_mnist(tmp_path, "train", n_rows=3)
    _write_mnist(tmp_path, "test", n_rows=2)
    assert len(load_mnist(str(tmp_path))[1]) == 3


def test_an_unpacked_file_is_read_before_a_packed_one(tmp_path):
    _write_mnist(tmp_path, n_rows=2, pack=True)
    _write_mnist(tmp_path, n_rows=3, pack=False)
    assert len(load_mnist(tmp_path)[1]) == 3


def test_without_a_folder_the_variable_names_it(tmp_path, monkeypatch):
    _write_mnist(tmp_path / "mnist")
    _write_mnist(tmp_path / "other", n_rows=2)
    monkeypatch.setenv("BALANCEKIT_DATA", str(tmp_path))
    assert len(load_mnist()[1]) == 3
    assert len(load_mnist(tmp_path / "other")[1]) == 2


def test_a_given_folder_is_the_only_one_looked_into(tmp_path, monkeypatch):
    _write_mnist(tmp_path / "mnist")
    monkeypatch.setenv("BALANCEKIT_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"other has no train-images-idx3-ubyte and no "):
        load_mnist(tmp_path / "other")


def _message(*arguments, **parameters):
    with pytest.raises(FileNotFoundError) as caught:
        load_mnist(*arguments, **parameters)
    return str(caught.value)


def test_missing_files_are_named_with_where_they_go(tmp_path, monkeypatch):
    monkeypatch.setenv("BALANCEKIT_DATA", str(tmp_path))
    message = _message(subset="test")
    looked = tmp_path / "mnist"
    missing = "t10k-images-idx3-ubyte and no t10k-labels-idx1-ubyte"
    assert message.startswith(
        f"{looked} has no {missing}, with or without .gz. balancekit downloads"
    )
    for name in (*FILES["train"], *FILES["test"]):
        assert name in message
    assert "with .gz at its end" in message
    assert "into the folder mnist of the folder that the environment variable BALANCEKIT" in message


def test_only_the_file_that_is_missing_is_said_to_be(tmp_path):
    _write_mnist(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    assert f"{tmp_path} has no train-labels-idx1-ubyte, with or without .gz." in _message(tmp_path)


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_folder_and_the_variable_nothing_is_looked_into(monkeypatch, value):
    if value is None:
        monkeypatch.delenv("BALANCEKIT_DATA", raising=False)
    else:
        monkeypatch.setenv("BALANCEKIT_DATA", value)
    message = _message()
    assert message.startswith("No folder is given, and BALANCEKIT_DATA is not set. balancekit down")
    for name in (*FILES["train"], *FILES["test"]):
        assert name in message


@pytest.mark.parametrize("subset", ["t10k", "all", None])
def test_another_subset_is_an_error(tmp_path, subset):
    with pytest.raises(ValueError, match=rf"subset is {subset!r}; pass 'train' or 'test'"):
        load_mnist(tmp_path, subset=subset)


@pytest.mark.parametrize(
    ("place", "array", "message"),
    [
        (0, np.zeros((3, 32, 32), np.uint8), r"images-idx3-ubyte holds uint8 of shape \(3, 32, 32"),
        (0, np.zeros((3, 784), np.uint8), r"holds uint8 of shape \(3, 784\); needed is uint8 of"),
        (0, np.zeros((3, 28, 28), np.float32), r"holds float32 of shape \(3, 28, 28\); needed is"),
        (1, np.zeros(4, np.uint8), r"labels-idx1-ubyte holds uint8 of shape \(4,\); .* \(3,\), a"),
        (1, np.zeros((3, 8), np.uint8), r"holds uint8 of shape \(3, 8\); needed is uint8 of shape"),
        (1, np.zeros(3, np.int32), r"labels-idx1-ubyte holds int32 of shape \(3,\); needed is"),
    ],
)
def test_files_that_hold_something_else_are_named(tmp_path, place, array, message):
    _write_mnist(tmp_path)
    (tmp_path / FILES["train"][place]).write_bytes(_idx(array))
    with pytest.raises(ValueError, match=message):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    ("subset", "n_rows", "fewest"), [("train", 60000, 5421), ("test", 10000, 892)]
)
def test_mnist_itself_is_read_and_cut(data_folder, subset, n_rows, fewest):
    if not (data_folder / "mnist").is_dir():
        pytest.skip("BALANCEKIT_DATA has no folder mnist")
    images, labels = load_mnist(subset=subset)
    assert (images.dtype, images.shape) == (np.uint8, (n_rows, 28, 28))
    assert (labels.dtype, labels.shape) == (np.int64, (n_rows,))
    counts = np.bincount(labels)
    assert len(counts) == 10
    assert counts.min() == fewest
    rows = make_step_imbalance(labels, 0.5, 10, random_state=0)
    small = math.floor(fewest / 10 + 0.5)
    assert sorted(np.bincount(labels[rows])) == [small] * 5 + [fewest] * 5
