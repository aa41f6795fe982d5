"""Write the page: ``python -m benchmarks.behaviour``; it takes half a minute."""

from importlib.util import find_spec
from pathlib import Path

import imblearn

import balancekit
from benchmarks.behaviour import PROBES
from benchmarks.behaviour.observing import observe
from benchmarks.behaviour.page import cell, page, versions

PAGE = Path(__file__).parents[2] / "docs" / "behaviour.md"


def main():
    """Run all probes on both libraries and write what came of them."""
    missing = {name for probe in PROBES for name in probe.needs if find_spec(name) is None}
    if missing:
        msg = f"Install {', '.join(sorted(missing))} first."
        raise SystemExit(msg)
    seen = {
        library.__name__: {probe.name: (probe, observe(probe, library)) for probe in PROBES}
        for library in (imblearn, balancekit)
    }
    shown = {
        probe.name: tuple(cell(*of_library[probe.name]) for of_library in seen.values())
        for probe in PROBES
    }
    PAGE.write_text(page(shown, versions()), encoding="utf-8")
    for name, of_library in seen.items():
        n_good = sum(observation.good for _, observation in of_library.values())
        print(f"{name}: {n_good} of {len(PROBES)} as one may expect")


if __name__ == "__main__":
    main()
