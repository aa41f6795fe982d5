"""A net as a classifier."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted
from torch import nn
from torch.optim import Optimizer

from balancekit.core.base import RANDOM_STATE
from balancekit.core.classifier import AccuracyMixin
from balancekit.core.recipes import FloatArray
from balancekit.deep._dtypes import torch_dtype
from balancekit.deep._fitting import Fitting
from balancekit.deep._inputs import check_inputs, input_blocks
from balancekit.deep._module_holder import ModuleHolder
from balancekit.deep._parts import arguments_of
from balancekit.deep._phase import Phase
from balancekit.deep._saving import load_net, save_net
from balancekit.deep._training import compute_logits
from balancekit.deep.losses._base import BatchLoss, SampleLoss


class BalancedNetClassifier(AccuracyMixin, ModuleHolder):
    """Train a PyTorch module as a scikit-learn classifier, with losses and batches for imbalance.

    Class counts are those of the rows that a call of `fit` trains on, after its own validation
    rows are held out, and are handed to the loss and to the batches: they are right in every fold
    of a cross-validation.

    Parameters
    ----------
    module : str, type, callable or nn.Module, default="mlp"
        What gives logits: ``"mlp"`` for `MLP`, a class of modules, a factory, or a module, which is
        copied. A constructor that names `n_features_in` or `n_features`, and `n_classes` or
        `n_outputs`, is told these. For two classes, one logit a row will do, that of the second.
    criterion : str, type, SampleLoss, BatchLoss or nn.Module, default="cross_entropy"
        The loss: a name that `balancekit.deep.losses.resolve_loss` knows, a class, or an object,
        which is copied and bound to the class counts.
    batches : str, BatchSampler, sampler or callable, default="natural"
        Which rows an epoch has: a name that `balancekit.deep.batches.resolve_batches` knows, a
        batch sampler, a sampler of balancekit such as `SMOTE()`, or a function of class codes,
        epoch and random generator. Not for loaders, which have their own.
    optimizer : str, type or callable, default="adam"
        A class of `torch.optim`, or its name.
    scheduler : str, type or callable, default=None
        A class of `torch.optim.lr_scheduler` or its name, such as ``"cosineannealing"`` or
        ``"onecycle"``. `T_max` and `total_steps` are filled in.
    scheduler_step : {"epoch", "batch"}, default="epoch"
        After what the schedule moves on.
    max_epochs : int, default=20
        Epochs of a call of `fit`.
    phases : str or list of Phase, default=None
        A plan: phases with batches, losses and learning rates of their own, or the name of one:
        ``"two-phase-over"`` and ``"two-phase-under"`` train on resampled rows, and then the last
        layer on rows as they are, at a tenth of the learning rate; ``"deferred-reweighting"``
        starts to weight classes for the last fifth. None is one phase.
    batch_size : int, default=64
        Rows of a batch. A last row by itself joins the batch before it.
    class_weight : dict, "balanced" or None, default=None
        Weights of classes in the loss, by label. `WeightedCrossEntropyLoss` is the same as
        ``"balanced"`` with cross entropy; both weight twice.
    max_gradient_norm : float, default=None
        What longer gradients are scaled down to.
    early_stopping : bool, default=False
        Whether to hold out rows, stop when their score no longer rises, and go back to the weights
        of the best epoch.
    validation_fraction : float, default=0.1
        Share of each class that is held out, unless `fit` is given `X_val` and `y_val`.
    scoring : "loss", str or callable, default="loss"
        What the rows held out are scored by: the loss, a scorer's name, or a callable of estimator,
        rows and labels; higher is better.
    n_iter_no_change : int, default=10
        Epochs without a better score after which to stop.
    tol : float, default=0.0
        What a score has to be better by, to be waited for.
    mixed_precision : {"bfloat16", "float16"}, default=None
        What layers compute in, where PyTorch holds that to be safe; the loss is computed in
        float32. None leaves them as they are.
    checkpoint : str or path, default=None
        A file that is written after each epoch. If it is there, and of the same training, `fit`
        goes on from it, to the same weights on a CPU as without a break. It holds tensors, numbers
        and strings only.
    warm_start : bool, default=False
        Whether `fit` goes on from the weights of the last call.
    callbacks : callable or list of callable, default=None
        Called with the net after each epoch, `history_` included; one that returns True ends the
        training.
    class_prior : dict, default=None
        Share of each class by label, for loaders whose data set cannot be asked.
    input_dtype : str or torch.dtype, default=None
        What the module reads, such as ``"int64"`` for an embedding. None is the dtype of its first
        parameter. In tuples and dicts, integers stay what they are.
    device : None, "auto", str or torch.device, default=None
        None is where the rows are; ``"auto"`` an accelerator, if there is one.
    progress : bool, default=False
        Whether to draw a progress bar of epochs on stderr; needs tqdm.
    random_state : None, int, RandomState or Generator, default=None
        Seed of initial weights, orders, drop-out and validation rows. The same seed gives the same
        weights on the same device. PyTorch's own generator is left as it was.
    **nested : dict
        Parameters of the parts: ``module__hidden``, ``criterion__gamma``, ``optimizer__lr``,
        ``scheduler__step_size``, ``batches__n_draws``.

    Attributes
    ----------
    module_ : nn.Module
        The trained module, in evaluation mode.
    criterion_ : SampleLoss or BatchLoss
        The loss, bound.
    optimizer_ : Optimizer
        The optimiser, which `partial_fit` goes on with.
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted; logits are in this order.
    class_counts_ : ndarray of float64, shape (n_classes,)
        Rows of each class that were trained on, or their weights, scaled to a mean of one.
    natural_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in these.
    effective_prior_ : ndarray of float64, shape (n_classes,), or None
        Share of each class that probabilities reflect, by batches, weights and loss. None for
        losses whose probabilities reflect none, such as `DiceLoss`.
    history_ : list of dict
        For each epoch: ``epoch``, ``phase``, ``train_loss``, ``lr``, ``n_steps``,
        ``rows_per_class``, ``seconds``; with rows held out, ``valid_loss`` and ``valid_score``.
    prior_adjusted_by_ : str or None
        Name of the loss, if it has taken the prior away, as `LogitAdjustedLoss` does: a rule must
        not do so again.
    best_epoch_ : int or None
        The epoch whose weights were kept, with early stopping.
    n_epochs_ : int
        Epochs so far.
    n_features_in_ : int
        Number of columns; not for data sets and loaders.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if these are strings.

    Raises
    ------
    TypeError
        In the constructor, if a parameter is unknown.

    See Also
    --------
    balancekit.thresholding.ThresholdMovingClassifier : Moves decisions after training.
    balancekit.compose.ResampledClassifier : A sampler and a classifier as one.

    Notes
    -----
    Rows of arrays, frames and tensors are gathered by number, many batches at a time. Tensors stay
    on their device; arrays are converted to what the module reads, or shared if they are that
    already. Sparse matrices become dense batch by batch. Scale columns before, for example by
    `StandardScaler` in a pipeline.

    `sample_weight` and `class_weight` multiply the loss of rows and are scaled to a mean of one, so
    that a learning rate means the same with and without; losses of a batch as a whole refuse them.
    Rows of weight zero are left out.

    Predictions are NumPy arrays, in blocks of rows; the last bits of a row's logits may depend on
    how many rows there are, as with any sum of floats.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.metrics import balanced_accuracy_score
    >>> from balancekit.deep import BalancedNetClassifier
    >>> X, y = make_classification(2000, weights=[0.95], class_sep=0.8, random_state=0)
    >>> plain = BalancedNetClassifier(random_state=0).fit(X[:1000], y[:1000])
    >>> adjusted = BalancedNetClassifier(criterion="logit_adjusted", random_state=0)
    >>> adjusted = adjusted.fit(X[:1000], y[:1000])
    >>> for net in (plain, adjusted):
    ...     print(f"{balanced_accuracy_score(y[1000:], net.predict(X[1000:])):.1f}")
    0.8
    0.9
    """

    _parts = ("module", "criterion", "batches", "optimizer", "scheduler")
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "module": [str, callable],
        "criterion": [str, callable],
        "batches": [str, HasMethods(["fit_resample"]), callable],
        # A built one is refused by a message of its own.
        "optimizer": [str, callable, Optimizer],
        "scheduler": [str, callable, None],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "phases": [str, list, tuple, Phase, None],
        "mixed_precision": [StrOptions({"bfloat16", "float16"}), None],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "class_weight": [dict, str, None],
        "max_gradient_norm": [Interval(Real, 0, None, closed="neither"), None],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "scoring": [str, callable],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "warm_start": ["boolean"],
        "callbacks": [callable, list, tuple, None],
        "class_prior": [dict, None],
        "progress": ["boolean"],
        "random_state": RANDOM_STATE,
    }

    module_: nn.Module
    criterion_: SampleLoss | BatchLoss
    classes_: NDArray[Any]
    class_counts_: FloatArray
    natural_prior_: FloatArray
    effective_prior_: FloatArray | None
    history_: list[dict[str, Any]]
    best_epoch_: int | None
    n_epochs_: int

    def __init__(
        self,
        module: Any = "mlp",
        *,
        criterion: Any = "cross_entropy",
        batches: Any = "natural",
        optimizer: Any = "adam",
        scheduler: Any = None,
        scheduler_step: str = "epoch",
        max_epochs: int = 20,
        phases: Any = None,
        batch_size: int = 64,
        class_weight: Any = None,
        max_gradient_norm: float | None = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        scoring: str | Callable[..., float] = "loss",
        n_iter_no_change: int = 10,
        tol: float = 0.0,
        mixed_precision: str | None = None,
        checkpoint: Any = None,
        warm_start: bool = False,
        callbacks: Any = None,
        class_prior: dict[Any, float] | None = None,
        input_dtype: Any = None,
        device: Any = None,
        progress: bool = False,
        random_state: Any = None,
        **nested: Any,
    ) -> None:
        self.module = module
        self.criterion = criterion
        self.batches = batches
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.scheduler_step = scheduler_step
        self.max_epochs = max_epochs
        self.phases = phases
        self.batch_size = batch_size
        self.class_weight = class_weight
        self.max_gradient_norm = max_gradient_norm
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.scoring = scoring
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.mixed_precision = mixed_precision
        self.checkpoint = checkpoint
        self.warm_start = warm_start
        self.callbacks = callbacks
        self.class_prior = class_prior
        self.input_dtype = input_dtype
        self.device = device
        self.progress = progress
        self.random_state = random_state
        self._set_nested(nested)

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train the module.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame, Tensor} of shape (n_rows, n_columns), or of more
            dimensions for arrays and tensors; Dataset; or DataLoader
            Rows. Items of a data set are rows, or pairs of a row and its label; rows may be tuples
            or dicts of tensors, for modules that take several arguments.
        y : array-like or Tensor of shape (n_rows,), optional
            Labels of any kind; None takes those of a data set.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of rows.
        X_val, y_val : as X and y, optional
            Rows to validate by, in place of those that `early_stopping` would hold out.

        Returns
        -------
        self : object

        Raises
        ------
        TypeError, ValueError
            If data, a parameter or a part cannot be used, a class has too few rows to hold some
            out, or the loss does not stay finite.
        """
        self._validate_params()
        Fitting(self, X, y, sample_weight).run(X_val, y_val)
        return self

    def partial_fit(
        self, X: Any, y: Any = None, classes: Any = None, sample_weight: Any = None
    ) -> Self:
        """Train the module for one more epoch, on these rows.

        Class counts add up over calls. No rows are held out, and a schedule starts anew.

        Parameters
        ----------
        X : as in `fit`
            Rows.
        y : array-like or Tensor of shape (n_rows,), optional
            Labels.
        classes : array-like of shape (n_classes,), optional
            All labels there will be, in the first call; None takes those of `y`.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of rows.

        Returns
        -------
        self : object

        Raises
        ------
        TypeError, ValueError
            As `fit`; also if `y` has a class that the first call did not have.
        """
        self._validate_params()
        Fitting(self, X, y, sample_weight, classes=classes, is_partial=True).run()
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict class labels.

        Parameters
        ----------
        X : as in `fit`
            Rows.

        Returns
        -------
        y : ndarray of shape (n_rows,)
            The class with the largest logit.
        """
        logits = self._logits(X)
        codes = logits.argmax(axis=1) if logits.ndim == 2 else (logits > 0).astype(np.intp)
        labels: NDArray[Any] = self.classes_[codes]
        return labels

    def predict_proba(self, X: Any) -> FloatArray:
        """Predict class probabilities.

        Parameters
        ----------
        X : as in `fit`
            Rows.

        Returns
        -------
        probabilities : ndarray of float64, shape (n_rows, n_classes)
            They reflect `effective_prior_`. After losses of sigmoids, those of the classes,
            divided by their sum; the softmax of logits after others.
        """
        logits = self._logits(X)
        if logits.ndim == 1:
            return np.stack([expit(-logits), expit(logits)], axis=1)
        if self.criterion_._uses_sigmoids:
            # Divided by the largest first, which may itself be no number that float64 has.
            log_p = -np.logaddexp(0, -logits)
            return np.asarray(softmax(log_p, axis=1))
        return np.asarray(softmax(logits, axis=1))

    def predict_log_proba(self, X: Any) -> FloatArray:
        """Predict logarithms of class probabilities.

        Parameters
        ----------
        X : as in `fit`
            Rows.

        Returns
        -------
        log_probabilities : ndarray of float64, shape (n_rows, n_classes)
            Of those that `predict_proba` gives.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def decision_function(self, X: Any) -> FloatArray:
        """Compute logits.

        Parameters
        ----------
        X : as in `fit`
            Rows.

        Returns
        -------
        logits : ndarray of float64, shape (n_rows,) or (n_rows, n_classes)
            For two classes, the logit of the second less that of the first. After `LDAMLoss`,
            they are multiplied by its scale.
        """
        logits = self._logits(X)
        if logits.ndim == 2 and len(self.classes_) == 2:
            return np.asarray(logits[:, 1] - logits[:, 0])
        return logits

    def save(self, path: Any) -> None:
        """Save weights, classes, priors and history to a file.

        The file holds tensors, numbers and strings only, so that
        ``torch.load(path, weights_only=True)`` opens it.

        Parameters
        ----------
        path : str, path or file object
            Where to.

        Raises
        ------
        TypeError
            If class labels are neither numbers, bool nor strings.
        """
        check_is_fitted(self)
        save_net(self, path)

    def load(self, path: Any) -> Self:
        """Load what `save` has saved, into a net with the same parameters.

        Parameters
        ----------
        path : str, path or file object
            Where from.

        Returns
        -------
        self : object
            Fitted. The state of the optimiser is not saved.

        Raises
        ------
        ValueError
            If the file was not made by `save`, or its weights do not fit the module.
        """
        self._validate_params()
        load_net(self, path)
        return self

    def _logits(self, X: Any) -> FloatArray:
        check_is_fitted(self)
        rows = check_inputs(self, X)
        blocks = input_blocks(rows, self.batch_size, self._place, self._input_dtype)
        logits = compute_logits(self.module_, blocks, len(self.classes_)).numpy()
        return np.asarray(logits * self.criterion_._logit_factor)

    @property
    def prior_adjusted_by_(self) -> str | None:
        """Name of the loss, if it has taken the prior away."""
        check_is_fitted(self)
        return type(self.criterion_).__name__ if self.criterion_._adjusts_prior else None

    def _arguments_of(self, part: str) -> list[str]:
        return arguments_of(part, getattr(self, part))

    @property
    def _input_dtype(self) -> torch.dtype:
        """What the module reads."""
        if self.input_dtype is not None:
            return torch_dtype(self.input_dtype)
        return super()._input_dtype

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "module_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = False
        return tags
