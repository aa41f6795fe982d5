"""An over-sampler, then a cleaning method: what SMOTEENN and SMOTETomek share."""

from __future__ import annotations

from typing import Any, ClassVar

from imblearn.over_sampling.base import BaseOverSampler as ImblearnOverSampler
from sklearn.utils._param_validation import HasMethods

from balancekit.combine._own import own_copy
from balancekit.core.chain import BaseChain
from balancekit.core.draws import random_stream
from balancekit.core.neighbors import SEARCH
from balancekit.over_sampling import SMOTE


class OverThenClean(BaseChain):
    """Base of the chains of two; a method adds its own parameters, `smote` among them.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        For the default over-sampler.
    """

    # Name of the parameter that holds the cleaning method, and the default one.
    _cleaner: ClassVar[str]
    _default_cleaner: ClassVar[type]
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **ImblearnOverSampler._parameter_constraints,
        **BaseChain._parameter_constraints,
        "smote": [HasMethods("fit_resample"), None],
        **SEARCH,
    }

    @property
    def _follows_incumbent(self):
        # It refuses our samplers.
        return self.smote is None and getattr(self, self._cleaner) is None

    def _steps(self, rng):
        extras = {"n_jobs": self.n_jobs, "engine": self.engine, "device": self.device}
        smote, cleaner = self.smote, getattr(self, self._cleaner)
        if smote is None:
            smote = SMOTE(sampling_strategy=self.sampling_strategy, **extras)
        if cleaner is None:
            cleaner = self._default_cleaner(sampling_strategy="all", **extras)
        steps = own_copy(smote, rng), own_copy(cleaner, rng)
        self.smote_ = steps[0]
        setattr(self, f"{self._cleaner}_", steps[1])
        return steps

    def _validate_estimator(self):
        """Set the samplers, as imbalanced-learn's method of this name does."""
        self._steps(random_stream(self.random_state))
