"""The study of class imbalance of Buda, Maki and Mazurowski on MNIST, as a command.

``python -m benchmarks.imbalance_study [--preset quick|nightly|full] [--output FOLDER]``

M. Buda, A. Maki and M. A. Mazurowski, "A systematic study of the class imbalance problem in
convolutional neural networks", Neural Networks 106, 2018. A LeNet-5 is trained on versions of
MNIST of which some classes have few rows: on the rows as they are, over-sampled, under-sampled, and
in two phases; thresholds are the division of its probabilities by the shares of the classes. Scores
are those of a balanced test set.
"""

from benchmarks.imbalance_study.command import main

__all__ = ["main"]
