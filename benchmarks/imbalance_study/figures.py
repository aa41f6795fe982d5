"""Scores by imbalance, as the paper draws them."""

from importlib import import_module

from benchmarks.imbalance_study.findings import METHODS, WITH_THRESHOLDS

# The colour says which rows are trained on; a line that is not solid, what is done then.
COLOURS = {"baseline": "#333333", "over": "#0072b2", "under": "#d55e00", "anew": "#009e73"}
MEASURES = {"roc_auc": "mean ROC AUC", "accuracy": "accuracy"}


def panels(findings):
    """Group imbalances that differ in their ratio only, by title."""
    found = {}
    for imbalance in sorted(findings.imbalances, key=lambda one: (one.mu or 1, one.rho)):
        title = "linear" if imbalance.kind == "linear" else rf"step, $\mu$ = {imbalance.mu:g}"
        found.setdefault(title, []).append(imbalance)
    return found


def draw(findings, path):
    """Draw both measures, with means and standard deviations over seeds.

    Parameters
    ----------
    findings : Findings
        What to draw.
    path : path
        Where to; the folder is made.
    """
    figures = import_module("matplotlib.figure")
    grouped = panels(findings)
    ratios = sorted({imbalance.rho for imbalance in findings.imbalances})
    figure = figures.Figure(figsize=(max(8, 2 + 3 * len(grouped)), 6.8), layout="constrained")
    axes = figure.subplots(2, len(grouped), sharex=True, sharey="row", squeeze=False)
    for row, (measure, label) in zip(axes, MEASURES.items(), strict=True):
        row[0].set_ylabel(label)
        for axis, (title, imbalances) in zip(row, grouped.items(), strict=True):
            _draw_panel(axis, findings, imbalances, measure)
            axis.set_xscale("log")
            axis.set_xticks(ratios, [f"{ratio:,}" for ratio in ratios])
            axis.minorticks_off()
            axis.set_xlim(ratios[0] / 1.8, ratios[-1] * 1.8)
            axis.grid(alpha=0.3)
            if measure == "roc_auc":
                axis.set_title(title)
            else:
                axis.set_xlabel(r"ratio of imbalance $\rho$")
    known = {}
    for axis in axes[1]:
        handles, labels = axis.get_legend_handles_labels()
        known |= dict(zip(labels, handles, strict=True))
    named = [method for method in METHODS if method in known]
    handles = [known[method] for method in named]
    figure.legend(handles, named, loc="outside lower center", ncols=4, fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90)


def _draw_panel(axis, findings, imbalances, measure):
    for place, (method, (net, _)) in enumerate(METHODS.items()):
        if measure == "roc_auc" and method in WITH_THRESHOLDS:
            continue
        found = [
            (imbalance.rho, findings.values(imbalance, method, measure))
            for imbalance in imbalances
            if findings.seeds(imbalance, method)
        ]
        if not found:
            continue
        # A little beside each other, so that bars can be told apart.
        shift = 1.035 ** (place - (len(METHODS) - 1) / 2)
        is_two_phase, is_moved = net.startswith("two-phase"), method in WITH_THRESHOLDS
        axis.errorbar(
            [rho * shift for rho, _ in found],
            [values.mean() for _, values in found],
            [values.std(ddof=1) if len(values) > 1 else 0 for _, values in found],
            color=COLOURS[net.split()[-1]],
            linestyle="--" if is_moved else ":" if is_two_phase else "-",
            marker="s" if is_moved else "^" if is_two_phase else "o",
            markerfacecolor="white" if is_moved or is_two_phase else None,
            markersize=5,
            capsize=2,
            linewidth=1.3,
            label=method,
        )
