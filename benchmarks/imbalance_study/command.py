"""The command."""

import argparse
import tempfile
from pathlib import Path

import torch

from benchmarks.imbalance_study.check_stacked import check_stacked
from benchmarks.imbalance_study.digits import load_digits
from benchmarks.imbalance_study.figures import draw
from benchmarks.imbalance_study.findings import Findings
from benchmarks.imbalance_study.jobs import PRESETS, jobs_of
from benchmarks.imbalance_study.page import written_into
from benchmarks.imbalance_study.running import pending, run
from benchmarks.imbalance_study.store import Store
from benchmarks.imbalance_study.tables import report

DEFAULT_OUTPUT = Path(tempfile.gettempdir()) / "balancekit_imbalance_study"
PAGE, PICTURE = "imbalance_study.md", Path("images", "imbalance_study.png")


def read_options(arguments):
    """Read the options."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.imbalance_study",
        description="Train the nets of the study that are not done yet, and print what they show.",
    )
    parser.add_argument(
        "--preset",
        choices=PRESETS,
        default="quick",
        help="quick: minutes; nightly: an hour on two cores; full: all nets of the paper",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=DEFAULT_OUTPUT,
        help=f"folder of results, which a run goes on with; {DEFAULT_OUTPUT} by default",
    )
    parser.add_argument("--processes", type=int, default=1, help="of one thread each")
    parser.add_argument("--stack", type=int, default=1, help="nets to train at once")
    parser.add_argument("--device", help="such as cuda")
    parser.add_argument("--docs", type=Path, help="folder of a page and a picture to write")
    parser.add_argument("--report-only", action="store_true", help="train nothing")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.add_argument(
        "--check-stacked",
        type=int,
        nargs="?",
        const=64,
        metavar="NETS",
        help="only compare so many nets that are trained at once with nets by themselves",
    )
    parser.add_argument("--small", action="store_true", help="seconds, to see that it works")
    options = parser.parse_args(arguments)
    if options.stack > 1 and options.processes > 1:
        parser.error("--stack trains in one process: leave out --processes")
    return options


def main(arguments=None):
    """Train, and print what it shows."""
    options = read_options(arguments)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        if options.small:
            with tempfile.TemporaryDirectory() as folder:
                options.preset, options.output, options.quiet = "small", Path(folder), True
                study(options)
            check_stacked(load_digits(1000), 3, 2)
        elif options.check_stacked:
            check_stacked(load_digits(), options.check_stacked)
        else:
            study(options)
    finally:
        torch.set_num_threads(threads)


def study(options):
    """Run the jobs of a preset, and report."""
    store, jobs = Store(options.output), jobs_of(options.preset)
    if not options.report_only:
        print(f"{len(pending(jobs, store))} of {len(jobs)} jobs are to do.", flush=True)
        run(
            jobs,
            store,
            processes=options.processes,
            stack=options.stack,
            device=options.device,
            progress=not options.quiet,
        )
    findings = Findings(jobs, store)
    text = report(findings, jobs[0].iterations)
    print(f"\n{text}")
    if options.docs is not None:
        page = options.docs / PAGE
        page.write_text(written_into(page.read_text(), text))
        draw(findings, options.docs / PICTURE)
