"""SMOTE, then editing."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.utils._param_validation import HasMethods

from balancekit.combine._over_then_clean import OverThenClean
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.over_sampling import SMOTE
from balancekit.under_sampling import EditedNearestNeighbours


class SMOTEENN(OverThenClean):
    """Over-sample with SMOTE, then remove rows that their neighbours disagree with [1]_.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards.

        - float: every class below this fraction of the largest is raised to it.
        - str: the classes to raise to the size of the largest: ``"minority"``, ``"not minority"``,
          ``"not majority"``, ``"all"`` or ``"auto"`` (``"not majority"``).
        - dict: the number of rows for each class named.
        - callable: takes y and returns such a dict.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call. Given a RandomState, the rows are those of
        imbalanced-learn, unless distances are tied.
    smote : sampler, default=None
        The over-sampler, of any kind; None is `SMOTE` with the parameters given here. One without
        a seed of its own draws from `random_state`.
    enn : sampler, default=None
        The cleaning method, of any kind; None is `EditedNearestNeighbours` with
        ``sampling_strategy="all"``.
    n_jobs : int, default=None
        Threads for the neighbour search. None takes what scikit-learn's compiled code takes: all
        processors, or ``OMP_NUM_THREADS``.
    engine : {"auto", "compiled", "sklearn", "direct", "torch"}, default="auto"
        The neighbour search; see `SMOTE`. All find the same neighbours.
    device : str, default=None
        Where PyTorch searches, such as ``"cuda"``; see `SMOTE`.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        What the over-sampler was asked for: number of new rows for each class.
    smote_, enn_ : sampler
        The fitted samplers.
    plan_ : ChainedPlan
        Where every output row comes from; ``plan_.is_synthetic`` marks the new ones and
        ``plan_.carry(array)`` brings row-aligned data along. Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is, or was drawn as the base of.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If one of the samplers cannot work on its input; see there.

    See Also
    --------
    SMOTETomek : Removes fewer rows.
    SamplerChain : Any samplers, one after another.

    Notes
    -----
    The output of the over-sampler exists in memory beside the final one. Classes need not be of
    equal size in the end.

    References
    ----------
    .. [1] G. E. A. P. A. Batista, R. C. Prati and M. C. Monard, "A study of the behavior of several
       methods for balancing machine learning training data", ACM SIGKDD Explorations 6, 2004.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.combine import SMOTEENN
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = SMOTEENN(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 758), (1, 895)]
    """

    _cleaner: ClassVar[str] = "enn"
    _default_cleaner: ClassVar[type] = EditedNearestNeighbours
    _parameter_constraints: ClassVar[dict] = {
        **OverThenClean._parameter_constraints,
        "enn": [HasMethods("fit_resample"), None],
    }
    _test_parameters: ClassVar[list[dict]] = [
        {},
        {"smote": SMOTE(k_neighbors=3), "enn": EditedNearestNeighbours()},
    ]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        smote: Any = None,
        enn: Any = None,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__()
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.smote = smote
        self.enn = enn
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan
