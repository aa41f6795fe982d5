"""A net that knows one class."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import OutlierMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

from balancekit.core.base import RANDOM_STATE
from balancekit.core.recipes import FloatArray
from balancekit.deep._inputs import check_inputs, input_blocks
from balancekit.deep._module_holder import ModuleHolder
from balancekit.deep._one_class_fitting import OneClassFitting
from balancekit.deep._prepared_rows import Columns, PreparedRows
from balancekit.deep._reconstruction import ERRORS, Whitening, measure, residuals
from balancekit.deep._rows import Rows


class AutoencoderNoveltyDetector(OutlierMixin, ModuleHolder):  # type: ignore[misc]
    """Learn to reproduce the rows of one class; rows that come out badly are novel.

    Only rows of the known class are trained on, so that it does not matter how few others there
    are, or whether there are any.

    Parameters
    ----------
    module : str, type, callable or nn.Module, default="autoencoder"
        What maps rows to rows of the same shape: ``"autoencoder"`` for `Autoencoder`, a class of
        modules, a factory, or a module, which is copied. A constructor that names `n_features_in`,
        `n_features` or `n_outputs` is told the number of features.
    known_class : object, default=None
        The label of the class that is learned, where `fit` is given labels. None is the most
        frequent one; of several such, the first in sorted order.
    error : {"absolute", "squared", "euclidean", "mahalanobis"}, default="mahalanobis"
        The error of a row, from what is left of it after its reproduction is taken away: the mean
        absolute value, the mean square, the length, or the distance from the mean of what is left
        of the rows that were trained on, in units of their covariance, which is shrunk. The second
        and the third rank rows alike.
    contamination : "auto" or float, default="auto"
        Where the line is drawn. A float, above 0 and up to 0.5, is the share of the known class in
        `fit` that is to be called novel. ``"auto"`` is a share of 0.05 of the rows held out, or of
        the known class if there are none such: the rate of false alarms.
    scale : bool, default=True
        Whether columns are standardised by the rows that are trained on; errors of columns in
        different units cannot be compared. Pixels are columns, too.
    noise : float, default=0.3
        Standard deviation of the noise added to rows in training, which are to be reproduced
        without it; in units of the columns after scaling.
    optimizer : str, type or callable, default="adam"
        A class of `torch.optim`, or its name.
    max_epochs : int, default=30
        Epochs of a call of `fit`.
    batch_size : int, default=64
        Rows of a batch. A last row by itself joins the batch before it.
    max_gradient_norm : float, default=None
        What longer gradients are scaled down to.
    early_stopping : bool, default=False
        Whether to hold out rows of the known class, stop when their mean squared error no longer
        falls, and go back to the weights of the best epoch.
    validation_fraction : float, default=0.1
        Share of the known class that is held out.
    n_iter_no_change : int, default=10
        Epochs without a smaller error after which to stop.
    tol : float, default=0.0
        What an error has to be smaller by, to be waited for.
    device : None, "auto", str or torch.device, default=None
        None is where the rows are; ``"auto"`` an accelerator, if there is one.
    progress : bool, default=False
        Whether to draw a progress bar of epochs on stderr; needs tqdm.
    random_state : None, int, RandomState or Generator, default=None
        Seed of initial weights, orders, noise, drop-out and rows held out. The same seed gives the
        same weights on the same device. PyTorch's own generator is left as it was.
    **nested : dict
        Parameters of the parts: ``module__bottleneck``, ``optimizer__lr``.

    Attributes
    ----------
    module_ : nn.Module
        The trained module, in evaluation mode.
    known_class_ : object
        The label of the class that was learned; None if there were no labels.
    offset_ : float
        The score below which rows are novel.
    mean_, scale_ : ndarray of float64, of the shape of a row, or None
        What columns were standardised by.
    history_ : list of dict
        For each epoch: ``epoch``, ``train_loss``, ``seconds``; with rows held out, ``valid_loss``.
    best_epoch_ : int or None
        The epoch whose weights were kept, with early stopping.
    n_epochs_ : int
        Epochs of the last call of `fit`.
    n_features_in_ : int
        Number of columns; not for data sets.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if these are strings.

    Raises
    ------
    TypeError
        In the constructor, if a parameter is unknown.

    See Also
    --------
    BalancedNetClassifier : Learns from the rare class as well.
    sklearn.ensemble.IsolationForest : Needs no scaling and no epochs.
    sklearn.svm.OneClassSVM : For few thousand rows.

    Notes
    -----
    Errors, their mean and their covariance are computed in float64; the net in its own dtype.

    A float `contamination` counts all rows of the known class, as in scikit-learn; a net is better
    at rows that it was trained on, so that more than that share of new rows of the class are called
    novel. ``"auto"`` with `early_stopping` has next to no such bias.

    The covariance of ``"mahalanobis"`` is that of Ledoit and Wolf [3]_, of at most 100,000 rows, so
    that fewer rows than columns and residuals that depend on each other are no problem. It takes
    memory of the square of the number of columns, of which there may be 4,096.

    References
    ----------
    .. [1] N. Japkowicz, C. Myers and M. Gluck, "A novelty detection approach to classification",
       IJCAI, 1995.
    .. [2] M. Buda, A. Maki and M. A. Mazurowski, "A systematic study of the class imbalance problem
       in convolutional neural networks", Neural Networks 106, 2018, section 2.2.4.
    .. [3] O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional covariance
       matrices", Journal of Multivariate Analysis 88, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.deep import AutoencoderNoveltyDetector
    >>> rng = np.random.default_rng(0)
    >>> x = rng.uniform(-1, 1, 500)
    >>> X = np.column_stack([x, x**2, -x])
    >>> detector = AutoencoderNoveltyDetector(module__bottleneck=1, random_state=0).fit(X)
    >>> detector.predict([[0.5, 0.25, -0.5], [0.5, 0.25, 0.5]])
    array([ 1, -1])
    """

    _parts = ("module", "optimizer")
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "module": [str, callable],
        "known_class": "no_validation",
        "error": [StrOptions(set(ERRORS))],
        "contamination": [StrOptions({"auto"}), Interval(Real, 0, 0.5, closed="right")],
        "scale": ["boolean"],
        "noise": [Interval(Real, 0, None, closed="left")],
        "optimizer": [str, callable],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_gradient_norm": [Interval(Real, 0, None, closed="neither"), None],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "progress": ["boolean"],
        "random_state": RANDOM_STATE,
    }

    module_: nn.Module
    known_class_: Any
    offset_: float
    mean_: FloatArray | None
    scale_: FloatArray | None
    history_: list[dict[str, Any]]
    best_epoch_: int | None
    n_epochs_: int
    _whitening: Whitening | None

    def __init__(
        self,
        module: Any = "autoencoder",
        *,
        known_class: Any = None,
        error: str = "mahalanobis",
        contamination: str | float = "auto",
        scale: bool = True,
        noise: float = 0.3,
        optimizer: Any = "adam",
        max_epochs: int = 30,
        batch_size: int = 64,
        max_gradient_norm: float | None = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 0.0,
        device: Any = None,
        progress: bool = False,
        random_state: Any = None,
        **nested: Any,
    ) -> None:
        self.module = module
        self.known_class = known_class
        self.error = error
        self.contamination = contamination
        self.scale = scale
        self.noise = noise
        self.optimizer = optimizer
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.max_gradient_norm = max_gradient_norm
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.device = device
        self.progress = progress
        self.random_state = random_state
        self._set_nested(nested)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train the module on the rows of the known class.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame, Tensor} of shape (n_rows, n_columns), or of more
            dimensions for arrays and tensors; or Dataset
            Rows. Items of a data set are tensors, or pairs of a tensor and its label.
        y : array-like or Tensor of shape (n_rows,), optional
            Labels of any kind. None: all rows are of the known class, unless `known_class` names it
            and a data set has labels.

        Returns
        -------
        self : object

        Raises
        ------
        TypeError, ValueError
            If rows, labels or a parameter cannot be used, no row has the known class, or the loss
            does not stay finite.
        """
        self._validate_params()
        _refuse_loaders(X)
        OneClassFitting(self, X, y).run()
        return self

    def fit_predict(self, X: Any, y: Any = None) -> NDArray[np.int64]:
        """Train the module, and predict the same rows.

        Parameters
        ----------
        X : as in `fit`
            Rows.
        y : array-like or Tensor of shape (n_rows,), optional
            Labels, as in `fit`.

        Returns
        -------
        sides : ndarray of int64, shape (n_rows,)
            1 for known, -1 for novel.
        """
        return self.fit(X, y).predict(X)

    def score_samples(self, X: Any) -> FloatArray:
        """Score rows; lower is more novel.

        Parameters
        ----------
        X : as in `fit`
            Rows.

        Returns
        -------
        scores : ndarray of float64, shape (n_rows,)
            The error of each row, times -1; minus infinity for numbers that are too large for the
            net.
        """
        check_is_fitted(self)
        _refuse_loaders(X)
        return self._score(check_inputs(self, X), None)

    def decision_function(self, X: Any) -> FloatArray:
        """Score rows, shifted so that novel ones are below zero.

        Parameters
        ----------
        X : as in `fit`
            Rows.

        Returns
        -------
        decisions : ndarray of float64, shape (n_rows,)
            `score_samples` less `offset_`.
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Tell novel rows from known ones.

        Parameters
        ----------
        X : as in `fit`
            Rows.

        Returns
        -------
        sides : ndarray of int64, shape (n_rows,)
            1 for known, -1 for novel.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def _prepare(self, rows: Rows, ids: torch.Tensor | None) -> PreparedRows:
        """Choose rows, and standardise them as in `fit`."""
        columns = None
        if self.mean_ is not None and self.scale_ is not None:
            columns = Columns(self.mean_, self.scale_)
        return PreparedRows(rows, ids, columns, self._input_dtype)

    def _residuals(self, rows: Rows, ids: torch.Tensor | None) -> Any:
        """Give blocks of what is left of rows."""
        prepared = self._prepare(rows, ids)
        blocks = input_blocks(prepared, self.batch_size, self._place, self._input_dtype)
        return residuals(self.module_, blocks)

    def _score(self, rows: Rows, ids: torch.Tensor | None) -> FloatArray:
        blocks = self._residuals(rows, ids)
        found = [measure(block, self.error, self._whitening) for block in blocks]
        return -np.concatenate(found)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "offset_")


def _refuse_loaders(X: Any) -> None:
    if isinstance(X, DataLoader | IterableDataset):
        msg = (
            f"X is a {type(X).__name__}, whose rows cannot be taken by number. Pass a data set "
            "with rows by number, an array or a tensor."
        )
        raise TypeError(msg)
