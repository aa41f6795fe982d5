"""The command `balancekit compare`."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

from balancekit._version import __version__
from balancekit.comparison.estimators import NAMED
from balancekit.comparison.experiment import compare
from balancekit.comparison.extras import MissingExtraError
from balancekit.comparison.output import check_folder, save, to_json
from balancekit.comparison.problem import TargetError
from balancekit.comparison.reading import Dataset, read_digits, read_file
from balancekit.comparison.result import Comparison
from balancekit.comparison.splits import FOLDS, REPEATS
from balancekit.comparison.strategies import CANDIDATES

COMMAND = "balancekit compare"
FAILED = 2
INTERRUPTED = 130
# What a shell reports of a program that dies of a closed pipe.
UNREAD = 141
DESCRIPTION = """\
Compare what to do about class imbalance on your data: nothing, a tuned threshold, prior correction,
class weights, random under- and over-sampling, SMOTE; and say which differences are reliable."""
EPILOG = f"""\
strategies:
  {", ".join(strategy.name for strategy in CANDIDATES)}

examples:
  balancekit compare                                    scikit-learn's digits, 8 against the rest
  balancekit compare patients.csv --target died --groups patient
  balancekit compare scores.parquet --positive fraud --estimator boosting --out results
  balancekit compare patients.csv --strategy "prior correction" --strategy SMOTE

Needs no extra without FILE; with FILE or --out: pip install "balancekit[report]"."""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Report a wrong argument.

        Parameters
        ----------
        message : str
            What is wrong.
        """
        self.exit(FAILED, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def make_parser() -> argparse.ArgumentParser:
    """Describe the command line.

    Returns
    -------
    parser : ArgumentParser
    """
    parser = OneLineParser(prog="balancekit", description="Class imbalance in scikit-learn.")
    parser.add_argument("--version", action="version", version=f"balancekit {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command")
    command = commands.add_parser(
        "compare",
        help="compare strategies against imbalance on a file",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(parser=command)
    _add_data_options(command.add_argument_group("data"))
    _add_study_options(command.add_argument_group("comparison"))
    _add_output_options(command.add_argument_group("output"))
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : list of str, optional
        Arguments; by default those of the process.

    Returns
    -------
    status : int
        0, or 2 after one line on stderr that names what to change, or 130 if interrupted, or 141 if
        nobody reads what is printed.
    """
    try:
        status = _run(argv)
        # Here, because a failure to do so at the interpreter's exit cannot be caught.
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return UNREAD
    except KeyboardInterrupt:
        print(f"{COMMAND}: interrupted", file=sys.stderr)
        return INTERRUPTED
    except (ValueError, OSError, MissingExtraError) as error:
        print(f"{COMMAND}: error: {_one_line(error)}", file=sys.stderr)
        return FAILED
    return status


def _run(argv: list[str] | None) -> int:
    try:
        arguments = _parse(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    if arguments.command is None:
        arguments.parser.print_help()
        return FAILED
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _show_note
        _compare_and_write(arguments)
    return 0


def _parse(argv: list[str] | None) -> argparse.Namespace:
    """Parse arguments; the command itself refuses unknown ones, and points to its own help."""
    parser = make_parser()
    parser.set_defaults(parser=parser)
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        arguments.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    return arguments


def _add_data_options(group: Any) -> None:
    group.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        type=Path,
        help=".csv, .csv.gz, .parquet or .arff (default: scikit-learn's digits, 8 or not)",
    )
    group.add_argument(
        "--target",
        metavar="NAME",
        help="target column: its name or its position, -1 being the last (default: -1)",
    )
    group.add_argument(
        "--positive",
        metavar="LABEL",
        help="class to find; all others are the rest (default: the rarest; of the digits 8)",
    )
    group.add_argument(
        "--no-header",
        action="store_true",
        help="the csv has no line of names; columns are named 0, 1, ...",
    )
    group.add_argument(
        "--groups",
        metavar="NAME",
        help="column whose equal values stay together in all folds, such as a patient",
    )


def _add_study_options(group: Any) -> None:
    group.add_argument(
        "--estimator",
        choices=list(NAMED),
        default="logistic",
        help="classifier to combine with every strategy (default: %(default)s)",
    )
    group.add_argument(
        "--strategy",
        dest="strategies",
        action="append",
        choices=[strategy.name for strategy in CANDIDATES],
        metavar="NAME",
        help="one to compare, see below; may be repeated (default: all)",
    )
    group.add_argument(
        "--folds",
        type=int,
        default=FOLDS,
        metavar="K",
        help="stratified folds (default: %(default)s)",
    )
    group.add_argument(
        "--repeats",
        type=int,
        default=REPEATS,
        metavar="R",
        help="how often to draw new folds (default: %(default)s)",
    )
    group.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="S",
        help="seed of folds, samplers and classifiers (default: %(default)s)",
    )


def _add_output_options(group: Any) -> None:
    group.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder to save scores.json and scores.png in; created if missing",
    )
    group.add_argument("--json", action="store_true", help="print scores.json instead of the table")


def _compare_and_write(arguments: argparse.Namespace) -> None:
    if arguments.out is not None:
        check_folder(arguments.out)
    dataset = _read(arguments)
    comparison = _compare(arguments, dataset).named(dataset.name, dataset.target)
    text = to_json(comparison) if arguments.json else str(comparison)
    try:
        print(text, flush=True)
    finally:
        # Also if nobody reads on: it took long to compute.
        if arguments.out is not None:
            save(comparison, arguments.out)


def _compare(arguments: argparse.Namespace, dataset: Dataset) -> Comparison:
    try:
        return compare(
            dataset.X,
            dataset.y,
            estimator=arguments.estimator,
            strategies=arguments.strategies,
            cv=arguments.folds,
            n_repeats=arguments.repeats,
            groups=dataset.groups,
            positive=dataset.positive if arguments.positive is None else arguments.positive,
            random_state=arguments.seed,
            progress=True,
        )
    except TargetError as error:
        if arguments.file is None or arguments.target is not None:
            raise
        msg = (
            f"{error} The target is {dataset.target!r}, the last column; if that is wrong, name "
            "another with --target."
        )
        raise ValueError(msg) from error


def _read(arguments: argparse.Namespace) -> Dataset:
    if arguments.file is not None:
        return read_file(
            arguments.file,
            target=arguments.target or "-1",
            groups=arguments.groups,
            has_header=not arguments.no_header,
        )
    given = {
        "--target": arguments.target,
        "--groups": arguments.groups,
        "--no-header": arguments.no_header,
    }
    for option, value in given.items():
        if value:
            msg = f"{option} is about a FILE; name one, or leave it out"
            raise ValueError(msg)
    return read_digits()


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}; check the path and its permissions"
    return " ".join(str(error).split())


def _discard_output() -> None:
    """Let the interpreter flush once more at its exit, to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_note(message: Warning | str, category: type[Warning], *where: Any) -> None:
    # Some libraries show theirs to everyone; users of a command can do nothing about them.
    if issubclass(category, DeprecationWarning | PendingDeprecationWarning):
        return
    print(f"{COMMAND}: note: {' '.join(str(message).split())}", file=sys.stderr)
