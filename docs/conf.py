"""Configuration of the documentation."""

import warnings

from sphinx_gallery.sorting import ExplicitOrder

import balancekit
from balancekit.deep import losses

project = "balancekit"
author = "The balancekit developers"
copyright = "2026, the balancekit developers"
release = balancekit.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "examples"]
templates_path = ["_templates"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "dollarmath"]

html_theme = "pydata_sphinx_theme"
html_title = f"balancekit {release}"
html_theme_options = {
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "navigation_with_keys": False,
}
html_static_path = []

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = True
numpydoc_class_members_toctree = False
# Modules of torch have dozens of methods that are not ours; the template of classes omits them.
TORCH_CLASSES = [
    "balancekit.deep.Autoencoder",
    "balancekit.deep.MLP",
    "balancekit.deep.batches.EpochSampler",
    *(f"balancekit.deep.losses.{name}" for name in losses.__all__ if name[0].isupper()),
]
numpydoc_show_inherited_class_members = {
    "balancekit.core.plan.Plan": False,
    **dict.fromkeys(TORCH_CLASSES, False),
}
# Every rule, except: examples, see-also sections and extended summaries in every docstring;
# section order and type-only first lines, where scikit-learn does as we do; docstrings of
# attributes that dataclasses make.
numpydoc_validation_checks = {"all", "EX01", "SA01", "ES01", "GL08", "RT02", "RT03", "SA04", "YD01"}
numpydoc_validation_exclude = {
    r"\.set_\w+_request$",
    r"\.get_params$",
    r"\.set_params$",
    r"\.score$",
    r"\.get_feature_names_out$",
    r"\.get_metadata_routing$",
    # Protocols are not constructed.
    r"\.Numbers$",
    r"\.NeighborEngine$",
}

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"/plot_",
    "within_subsection_order": "FileNameSortKey",
    "subsection_order": ExplicitOrder(["*"]),
    "download_all_examples": False,
    "show_signature": False,
    "min_reported_time": 1e9,
    "abort_on_example_error": True,
}

warnings.filterwarnings("error", category=DeprecationWarning, module="balancekit")
