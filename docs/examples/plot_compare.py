"""
Is anything better than a tuned threshold?
==========================================

:func:`balancekit.compare` cross-validates the usual strategies on one data set and says which
differences can be relied on.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

import balancekit

X, y = load_digits(return_X_y=True)
comparison = balancekit.compare(X, y == 8, n_repeats=2)
print(comparison)

# %%
# The same as a picture: means with 95% intervals, the reference of each metric as a line.

comparison.plot(plt.figure())
plt.show()
