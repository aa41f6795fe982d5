"""Samplers, one after another, as one sampler."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.pipeline import _name_estimators

from balancekit.combine._own import own_copy
from balancekit.core.chain import BaseChain
from balancekit.core.typing import Seed
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.under_sampling import EditedNearestNeighbours, RandomUnderSampler, TomekLinks


class SamplerChain(BaseChain):
    """Resample by several samplers, one after another.

    A pipeline of samplers is a sampler itself: it can be a step of a pipeline, or the `sampler` of
    `ResampledClassifier`, and it knows where each row of its output comes from.

    Parameters
    ----------
    samplers : sequence of samplers
        They are cloned; each gets the output of the one before. Their parameters can be set as
        ``smote__k_neighbors``, by the name of the class in lower case; of several of one class, the
        first is ``smote-1``.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream that all samplers without a seed of their own draw from.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    samplers_ : tuple of samplers
        The fitted samplers.
    sampling_strategy_ : dict
        That of the first sampler.
    plan_ : ChainedPlan
        Where every output row comes from; ``plan_.is_synthetic`` marks the new ones and
        ``plan_.carry(array)`` brings row-aligned data along. Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is, or stems from.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    TypeError
        If one of the samplers has no `fit_resample`.
    ValueError
        If there are none, or one does not tell by `sample_indices_` which rows it returns.

    See Also
    --------
    SMOTEENN, SMOTETomek : Two common chains.

    Notes
    -----
    The output of each sampler is held in memory until the next one is done with it.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.combine import SamplerChain
    >>> from balancekit.over_sampling import SMOTE
    >>> from balancekit.under_sampling import RandomUnderSampler
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> chain = SamplerChain(
    ...     [RandomUnderSampler(sampling_strategy=0.5), SMOTE()], random_state=0
    ... )
    >>> X_resampled, y_resampled = chain.fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 204), (1, 204)]
    >>> int(chain.plan_.is_synthetic.sum())
    102
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseChain._parameter_constraints,
        "samplers": ["array-like"],
    }
    _test_parameters: ClassVar[list[dict]] = [
        {"samplers": [TomekLinks(), SMOTE(k_neighbors=2), EditedNearestNeighbours()]},
        {"samplers": [RandomOverSampler(), RandomUnderSampler()]},
    ]

    def __init__(
        self, samplers: Any = (), *, random_state: Seed = None, keep_plan: bool = True
    ) -> None:
        super().__init__()
        self.samplers = samplers
        self.random_state = random_state
        self.keep_plan = keep_plan

    @property
    def _computes(self):
        return any(getattr(sampler, "_computes", True) for _, sampler in self._named())

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters.

        Parameters
        ----------
        deep : bool, default=True
            Whether those of the samplers are among them, by the name of the sampler.

        Returns
        -------
        parameters : dict
        """
        parameters = super().get_params(deep=False)
        if deep:
            for name, sampler in self._named():
                parameters[name] = sampler
                if hasattr(sampler, "get_params") and not isinstance(sampler, type):
                    nested = sampler.get_params(deep=True).items()
                    parameters |= {f"{name}__{key}": value for key, value in nested}
        return parameters

    def set_params(self, **parameters: Any) -> SamplerChain:
        """Set parameters, those of the samplers among them.

        Parameters
        ----------
        **parameters : dict
            The chain's own, a sampler by its name, or a sampler's own, such as
            ``smote__k_neighbors``.

        Returns
        -------
        self : object
        """
        if "samplers" in parameters:
            self.samplers = parameters.pop("samplers")
        names = [name for name, _ in self._named()]
        given = {name: parameters.pop(name) for name in names if name in parameters}
        if given:
            self.samplers = [
                given.get(name, sampler) for name, sampler in zip(names, self.samplers, strict=True)
            ]
            own = dict(zip(names, self.samplers, strict=True))
            for key in [key for key in parameters if key.split("__")[0] in own]:
                name, _, parameter = key.partition("__")
                own[name].set_params(**{parameter: parameters.pop(key)})
        super().set_params(**parameters)
        return self

    def _named(self):
        """Return the samplers with their names; nothing checks them before `fit_resample`."""
        known = self.samplers if isinstance(self.samplers, list | tuple) else []
        return _name_estimators(known)

    def _steps(self, rng):
        if not len(self.samplers):
            msg = "samplers is empty; pass a list of samplers, such as [TomekLinks(), SMOTE()]."
            raise ValueError(msg)
        for sampler in self.samplers:
            if not hasattr(sampler, "fit_resample") or isinstance(sampler, type):
                msg = (
                    f"samplers holds {sampler!r}, which is no sampler; each needs to be an "
                    "instance with fit_resample, such as SMOTE()."
                )
                raise TypeError(msg)
        self.samplers_ = steps = tuple(own_copy(sampler, rng) for sampler in self.samplers)
        return steps
