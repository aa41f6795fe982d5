"""Run the study: ``python -m benchmarks.imbalance_study``."""

from benchmarks.imbalance_study import main

if __name__ == "__main__":
    main()
