"""What balancekit is measured by: speed and memory as ratios in one process, and probabilities.

``python -m benchmarks`` runs everything; ``python -m benchmarks.smote`` one part.
"""
