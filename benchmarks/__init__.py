"""Speed and memory, always as ratios measured in one process.

``python -m benchmarks`` runs everything; ``python -m benchmarks.smote`` one part.
"""
