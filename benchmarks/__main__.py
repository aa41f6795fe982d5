"""Run every benchmark: ``python -m benchmarks [--small]``."""

import argparse

from benchmarks import (
    calibration,
    clusters,
    containers,
    ensembles,
    generation,
    gpu,
    hard,
    imbalance_study,
    import_time,
    mining,
    nets,
    novelty,
    samplers,
    side_by_side,
    smote,
    thresholds,
)

SMALL = {
    smote: ["--rows", "4000", "--rounds", "3"],
    generation: ["--shrink", "20", "--rounds", "3"],
    import_time: ["--rounds", "2"],
    calibration: ["--sets", "1", "--rows", "2000"],
    samplers: ["--shrink", "50", "--rounds", "1"],
    containers: ["--shrink", "20", "--rounds", "1"],
    side_by_side: ["--shapes", "4000x30", "500/4000x3", "--rounds", "1"],
    clusters: ["--shapes", "300x4x20", "--rounds", "1"],
    ensembles: ["--sets", "--rows", "600", "--columns", "4", "--rounds", "1"],
    mining: ["--seeds", "0", "--negatives", "50000"],
    thresholds: ["--sets", "ecoli", "--many", "new_thyroid", "--resampled", "--rows", "5000"],
    nets: ["--small"],
    imbalance_study: ["--small"],
    novelty: ["--small"],
    gpu: ["--device", "cpu", "--shapes", "1000x30", "--rows", "1000", "--rounds", "1"],
    hard: ["--rows", "2000", "--columns", "3", "--rounds", "1"],
}


def main():
    """Run all, at full size or once on small data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a quick run, to see that they work")
    options = parser.parse_args()
    for benchmark, small in SMALL.items():
        benchmark.main(small if options.small else [])


if __name__ == "__main__":
    main()
