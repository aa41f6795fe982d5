"""One small file for each net that is done."""

import json
import os
from pathlib import Path


class Store:
    """A folder of results, which a run that was broken off goes on with.

    Parameters
    ----------
    folder : path
        Made when the first result is written.
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def path(self, job, name, ending="json"):
        """Name the file of a net. Other numbers of rows or iterations are other files."""
        place = f"{job.imbalance.name}-of{job.n_max}-steps{job.iterations}"
        return self.folder / place / f"seed{job.seed}-{name.replace(' ', '-')}.{ending}"

    def has(self, job, name):
        """Say whether a net is done."""
        return self.path(job, name).exists()

    def write(self, job, name, result):
        """Write a result: there is all of it, or none."""
        path = self.path(job, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(result, indent=1))
        unfinished.replace(path)

    def read(self, job, name):
        """Read a result."""
        return json.loads(self.path(job, name).read_text())
