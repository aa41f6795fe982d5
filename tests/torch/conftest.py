import pytest


@pytest.fixture
def far_away(monkeypatch):
    """Let tensors be where NumPy cannot reach their memory."""
    from balancekit.core.containers.tensor import TensorContainer

    monkeypatch.setattr(TensorContainer, "in_numpy", property(lambda self: False))
    monkeypatch.setattr(TensorContainer, "on_accelerator", property(lambda self: True))


@pytest.fixture(params=["cpu", "accelerator"])
def way(request):
    """Take tensors the way of either; no accelerator is needed."""
    if request.param == "accelerator":
        request.getfixturevalue("far_away")
    return request.param
