"""Python code in a process of its own."""

import os
import subprocess
import sys


def run_python(script, *, timeout=120, **environment):
    """Run a script in a fresh process, which must end well and in time.

    Parameters
    ----------
    script : str
        Python code.
    timeout : float, default=120
        Seconds until it counts as hanging.
    **environment : str
        Environment variables that differ from ours.

    Returns
    -------
    output : str
        What it printed.
    """
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=os.environ | environment,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
