"""Samplers made of samplers: the rows are those of running them by hand, and so are the plans."""

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from balancekit.combine import SMOTEENN, SamplerChain, SMOTETomek
from balancekit.compose import ResampledClassifier
from balancekit.over_sampling import ADASYN, SMOTE, RandomOverSampler
from balancekit.pipeline import make_pipeline
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import (
    AllKNN,
    EditedNearestNeighbours,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    RandomUnderSampler,
    TomekLinks,
)

pytestmark = pytest.mark.thorough

X, CODES = make_blobs_of_sizes((60, 25, 15))
LABELS = np.array(["a", "b", "c"])
Y = LABELS[CODES]
OVER_SAMPLERS = [SMOTE(k_neighbors=2), ADASYN(), RandomOverSampler(shrinkage=0.5)]
CLEANERS = [AllKNN(), NeighbourhoodCleaningRule(), OneSidedSelection(n_seeds_S=9)]
SHORT = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")


def _name(sampler):
    return type(sampler).__name__


def _by_hand(samplers, rng, rows=X, labels=Y):
    """Run copies of samplers; those that draw without a seed of their own share a stream."""
    for sampler in map(clone, samplers):
        if sampler.get_params().get("random_state", 0) is None:
            sampler.set_params(random_state=rng)
        rows, labels = sampler.fit_resample(rows, labels)
    return rows, labels


def _assert_same(sampler, samplers):
    X_out, y_out = sampler.fit_resample(X, Y)
    expected, y_expected = _by_hand(samplers, np.random.RandomState(3))
    assert_array_equal(X_out, expected)
    assert_array_equal(y_out, y_expected)


@SHORT
@pytest.mark.parametrize("over", [None, *OVER_SAMPLERS], ids=_name)
@pytest.mark.parametrize("cleaner", [None, *CLEANERS], ids=_name)
def test_smote_and_cleaning_are_one_after_the_other(over, cleaner):
    seed = np.random.RandomState(3)
    sampler = SMOTEENN(smote=over, enn=cleaner, random_state=seed)
    edit = cleaner or EditedNearestNeighbours(sampling_strategy="all")
    _assert_same(sampler, [over or SMOTE(), edit])
    sampler = SMOTETomek(smote=over, tomek=cleaner, random_state=3)
    _assert_same(sampler, [over or SMOTE(), cleaner or TomekLinks(sampling_strategy="all")])


@pytest.mark.parametrize("make", [SMOTEENN, SMOTETomek])
def test_the_strategy_is_that_of_smote(make):
    sampler = make(sampling_strategy={"b": 30}, random_state=0)
    sampler.fit_resample(X, Y)
    assert sampler.sampling_strategy_ == {"b": 5}
    assert sampler.smote_.plan_.n_new == sampler.plan_.plans[0].n_new == 5


CHAINS = {
    "two": [RandomUnderSampler(sampling_strategy={"a": 40}), SMOTE()],
    "seeds of their own": [
        RandomUnderSampler(sampling_strategy=0.5, random_state=8),
        SMOTE(sampling_strategy="all"),
        RandomOverSampler(sampling_strategy={"b": 80}, random_state=8),
    ],
    "new rows of new rows": [
        SMOTE(),
        RandomOverSampler(sampling_strategy={"c": 90}, shrinkage=1),
        TomekLinks(sampling_strategy="all"),
    ],
    "a class goes": [
        RandomUnderSampler(sampling_strategy={"b": 0}),
        SMOTE(),
        EditedNearestNeighbours(),
        RandomOverSampler(sampling_strategy={"c": 100}),
    ],
    "a chain in a chain": [
        SamplerChain([RandomUnderSampler(), SMOTE(sampling_strategy={"a": 30})]),
        TomekLinks(),
    ],
    "of imbalanced-learn": [
        imblearn.under_sampling.RandomUnderSampler(sampling_strategy="majority"),
        SMOTE(sampling_strategy={"c": 40}),
    ],
}


@pytest.fixture(params=CHAINS)
def samplers(request):
    """Samplers to run one after another."""
    return CHAINS[request.param]


@pytest.mark.parametrize("seed", [3, np.random.RandomState(3)], ids=["int", "stream"])
def test_a_chain_is_its_samplers_one_after_the_other(samplers, seed):
    _assert_same(SamplerChain(samplers, random_state=clone(seed, safe=False)), samplers)


def test_a_seed_of_its_own_is_respected():
    seeded, unseeded = RandomUnderSampler(random_state=5), RandomUnderSampler()
    by_seed = {}
    for seed in (0, 1):
        for first in (seeded, unseeded):
            chain = SamplerChain([first, TomekLinks()], random_state=seed)
            chain.fit_resample(X, Y)
            by_seed[seed, first] = chain.samplers_[0].sample_indices_.tolist()
    assert by_seed[0, seeded] == by_seed[1, seeded]
    assert by_seed[0, unseeded] != by_seed[1, unseeded]


def test_the_plan_tells_where_rows_come_from(samplers):
    chain = SamplerChain(samplers, random_state=0)
    X_out, y_out = chain.fit_resample(X, Y)
    plan, rows = chain.plan_, chain.sample_indices_
    assert_array_equal(plan.sample_indices, rows)
    assert (plan.n_rows, plan.n_output) == (len(X), len(X_out))
    assert_array_equal(LABELS[plan.codes], y_out)
    is_copy = (X_out[:, np.newaxis] == X).all(axis=2)
    assert_array_equal(plan.is_synthetic, ~is_copy.any(axis=1))
    assert_array_equal(rows[~plan.is_synthetic], is_copy.argmax(axis=1)[~plan.is_synthetic])
    firsts = [
        not new and row not in rows[:place][~plan.is_synthetic[:place]]
        for place, (row, new) in enumerate(zip(rows, plan.is_synthetic, strict=True))
    ]
    assert_array_equal(plan.is_first_copy, firsts)
    assert_array_equal(Y[rows], y_out)
    weight = np.random.RandomState(1).uniform(size=len(X))
    assert_array_equal(plan.carry(weight), weight[rows])


def test_a_new_row_stems_from_the_first_input_through_all_recipes():
    chain = SamplerChain(CHAINS["new rows of new rows"], random_state=0)
    chain.fit_resample(X, Y)
    first, second, last = (sampler.plan_ for sampler in chain.samplers_)
    expected = first.sample_indices[second.sample_indices][last.sample_indices]
    assert_array_equal(chain.sample_indices_, expected)
    assert chain.plan_.synthesis == [*first.synthesis, *second.synthesis]
    assert (second.synthesis[0].base >= len(X)).any()


def test_frames_keep_their_index_and_what_is_carried_gets_the_same():
    pd = pytest.importorskip("pandas")
    index = [f"row {i}" for i in range(len(X))]
    frame, y = pd.DataFrame(X, index=index).add_prefix("x"), pd.Series(Y, index=index, name="y")
    samplers = [RandomOverSampler(sampling_strategy={"c": 30}), TomekLinks(), SMOTE()]
    chain = SamplerChain(samplers, random_state=0)
    X_out, y_out = chain.fit_resample(frame, y)
    assert_array_equal(X_out, SamplerChain(samplers, random_state=0).fit_resample(X, Y)[0])
    assert list(X_out.columns) == list(chain.feature_names_in_) == list(frame.columns)
    assert X_out.index.is_unique
    assert X_out.index.equals(y_out.index)
    first = chain.plan_.is_first_copy
    assert X_out.index[first].tolist() == [index[row] for row in chain.sample_indices_[first]]
    assert not set(X_out.index[~first]) & set(index)
    weights = chain.plan_.carry(pd.Series(np.arange(100), index=index))
    assert weights.index.equals(X_out.index)
    assert weights.tolist() == chain.sample_indices_.tolist()


def test_the_plan_is_kept_only_if_it_is_wanted():
    chain = SamplerChain(CHAINS["two"], keep_plan=False, random_state=0)
    chain.fit_resample(X, Y)
    assert not hasattr(chain, "plan_")
    kept = SamplerChain(CHAINS["two"], random_state=0)
    kept.fit_resample(X, Y)
    assert_array_equal(chain.sample_indices_, kept.plan_.sample_indices)


@pytest.mark.parametrize("make", [SamplerChain, lambda s, **k: SMOTEENN(smote=s[0], enn=s[1], **k)])
def test_the_users_samplers_stay_as_they_are(make):
    samplers = [SMOTE(keep_plan=False), OneSidedSelection(keep_plan=False)]
    before = [dict(vars(sampler)) for sampler in samplers]
    make(samplers, random_state=0).fit_resample(X, Y)
    assert [vars(sampler) for sampler in samplers] == before


def test_parameters_are_set_by_the_names_of_the_samplers():
    chain = SamplerChain([SMOTE(), TomekLinks(), SMOTE(k_neighbors=2)], random_state=0)
    parameters = chain.get_params()
    assert parameters["smote-1"] is chain.samplers[0]
    assert (parameters["smote-1__k_neighbors"], parameters["smote-2__k_neighbors"]) == (5, 2)
    chain.set_params(**{"smote-2__k_neighbors": 4, "tomeklinks__n_jobs": 1, "random_state": 9})
    assert (chain.samplers[2].k_neighbors, chain.samplers[1].n_jobs) == (4, 1)
    assert chain.random_state == 9
    with pytest.raises(ValueError, match="Invalid parameter 'adasyn'"):
        chain.set_params(adasyn__n_neighbors=3)


def test_a_sampler_is_replaced_by_its_name():
    given = [SMOTE(), TomekLinks()]
    chain = SamplerChain(given)
    chain.set_params(smote=ADASYN(), smote__n_neighbors=3, tomeklinks__sampling_strategy="all")
    assert [type(sampler) for sampler in chain.samplers] == [ADASYN, TomekLinks]
    assert chain.get_params()["adasyn__n_neighbors"] == 3
    assert chain.samplers[1].sampling_strategy == "all"
    assert type(given[0]) is SMOTE
    chain.set_params(samplers=[SMOTE()], smote__k_neighbors=1)
    assert chain.samplers[0].k_neighbors == 1


def test_a_clone_has_its_own_samplers():
    chain = SamplerChain([SMOTE(k_neighbors=3), TomekLinks()], random_state=0)
    other = clone(chain)
    assert other.samplers[0] is not chain.samplers[0]
    assert_array_equal(other.fit_resample(X, Y)[0], chain.fit_resample(X, Y)[0])
    other.set_params(smote__k_neighbors=1)
    assert chain.samplers[0].k_neighbors == 3


def test_a_grid_search_reaches_the_samplers_of_a_chain():
    chain = SamplerChain([SMOTE(), TomekLinks()], random_state=0)
    grid = {
        "samplerchain__smote__k_neighbors": [2, 4],
        "samplerchain__tomeklinks": [TomekLinks(), RandomUnderSampler()],
    }
    model = make_pipeline(chain, LogisticRegression())
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, Y)
    assert len(search.cv_results_["params"]) == 4
    best = search.best_estimator_[0].samplers
    assert best[0].k_neighbors == search.best_params_["samplerchain__smote__k_neighbors"]
    assert type(best[1]) is type(search.best_params_["samplerchain__tomeklinks"])


@pytest.mark.parametrize(
    ("chain", "error", "text"),
    [
        (SamplerChain(), ValueError, r"samplers is empty; pass a list"),
        (SamplerChain([SMOTE]), TypeError, r"SMOTE'>, which is no sampler; .* as SMOTE\(\)"),
        (
            SamplerChain([SMOTE(), LogisticRegression()]),
            TypeError,
            r"LogisticRegression\(\), which",
        ),
        (SamplerChain(SMOTE()), ValueError, "'samplers' parameter of SamplerChain"),
    ],
)
def test_what_cannot_be_chained_is_named(chain, error, text):
    with pytest.raises(error, match=text):
        chain.fit_resample(X, Y)


@pytest.mark.parametrize("make", [lambda step: SamplerChain([step]), lambda s: SMOTEENN(smote=s)])
def test_samplers_of_imbalanced_learn_that_lose_track_of_rows_are_taken_for_ours(make):
    ours = make(SMOTE(k_neighbors=3)).set_params(random_state=0)
    theirs = make(imblearn.over_sampling.SMOTE(k_neighbors=3)).set_params(random_state=0)
    assert_array_equal(theirs.fit_resample(X, Y)[0], ours.fit_resample(X, Y)[0])
    assert_array_equal(theirs.plan_.is_synthetic, ours.plan_.is_synthetic)


class _Forgetful(imblearn.over_sampling.SMOTE):
    """Makes rows, and does not tell of what."""


class _Blurring(imblearn.over_sampling.RandomOverSampler):
    """Tells of which rows it makes new ones, but not that they are no copies."""


@pytest.mark.parametrize("step", [_Forgetful(), _Blurring(shrinkage=1)], ids=_name)
@pytest.mark.parametrize("make", [lambda step: SamplerChain([step]), lambda s: SMOTETomek(smote=s)])
def test_a_sampler_that_does_not_tell_where_rows_come_from_is_named(make, step):
    with pytest.raises(ValueError, match=rf"{_name(step)} does not tell where its rows come from"):
        make(step).fit_resample(X, Y)


def test_weights_follow_a_chain_into_a_classifier():
    chain, weight = SamplerChain(CHAINS["two"], random_state=0), np.linspace(0.1, 3, len(X))
    model = ResampledClassifier(chain, LogisticRegression()).fit(X, Y, sample_weight=weight)
    X_out, y_out = chain.fit_resample(X, Y)
    expected = LogisticRegression().fit(X_out, y_out, sample_weight=weight[chain.sample_indices_])
    assert_array_equal(model.predict_proba(X), expected.predict_proba(X))
    assert len(np.unique(chain.sample_indices_)) < len(X_out) != len(X)
