"""
Where each synthetic row comes from
===================================

The plan of a sampler tells, for every new row, the row it started from and the partner it went
towards.
"""

import matplotlib.pyplot as plt
import numpy as np

from balancekit.over_sampling import SMOTE
from balancekit.testing import make_blobs_of_sizes

X, y = make_blobs_of_sizes((60, 12), n_columns=2, seed=3)
sampler = SMOTE(k_neighbors=3, random_state=0)
X_resampled, y_resampled = sampler.fit_resample(X, y)

plan = sampler.plan_
(recipe,) = plan.synthesis
new = X_resampled[plan.is_synthetic]

figure, axes = plt.subplots(figsize=(6.5, 5), layout="constrained")
axes.scatter(*X[y == 0].T, s=18, color="0.8", label="majority")
axes.plot(
    *np.stack([X[recipe.base], X[recipe.partner]]).transpose(2, 0, 1), color="0.85", linewidth=0.8
)
axes.scatter(*new.T, s=22, color="#E69F00", label="synthetic", zorder=2)
axes.scatter(*X[y == 1].T, s=40, color="#0072B2", label="minority", zorder=3)
axes.legend(frameon=False)
axes.set(xticks=[], yticks=[])
axes.spines[:].set_visible(False)
plt.show()

# %%
# Whatever belongs to the rows goes along: here the number of the row each one stems from, and a
# weight.

weight = np.linspace(1, 2, len(X))
carried = plan.carry(weight)
print(sampler.sample_indices_[-5:], carried[-5:].round(2))
