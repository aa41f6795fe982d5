import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import estimator_checks_generator

from balancekit.testing import make_blobs_of_sizes
from balancekit.thresholding._meta_cost import MetaCostClassifier

X, Y = make_blobs_of_sizes((150, 60), 3, seed=0)
X3, Y3 = make_blobs_of_sizes((90, 60, 30), 3, seed=0)
Y, Y3 = np.array(list("ab"))[Y], np.array(list("abc"))[Y3]
COSTS = np.array([[0.0, 1.0], [9.0, 0.0]])
TREE = DecisionTreeClassifier(max_depth=3)

NO_EQUIVALENCE = dict.fromkeys(
    [
        "check_sample_weight_equivalence_on_dense_data",
        "check_sample_weight_equivalence_on_sparse_data",
    ],
    "rows are drawn",
)
CASES = [
    MetaCostClassifier(LogisticRegression(), random_state=0),
    MetaCostClassifier(TREE, n_estimators=3, use_all=False, n_jobs=2),
    MetaCostClassifier(LinearSVC(), n_estimators=3, voting="hard", random_state=0),
]


def _checks():
    for number, case in enumerate(CASES):
        generated = estimator_checks_generator(
            case, expected_failed_checks=NO_EQUIVALENCE, mark="skip"
        )
        for estimator, check in generated:
            name = getattr(check, "func", check).__name__
            yield pytest.param(estimator, check, id=f"{number}-{name}")


@pytest.mark.parametrize(("estimator", "check"), list(_checks()))
def test_the_checks_of_scikit_learn_pass(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


def model(estimator=None, costs=COSTS, **parameters):
    estimator = GaussianNB() if estimator is None else estimator
    return MetaCostClassifier(estimator, costs, **{"random_state": 0, **parameters})


def plainly_relabelled(fitted, y, costs, *, use_all, voting):
    """Follow the paper row by row, given the samples; the classifier draws nothing."""
    classes = np.unique(y).tolist()
    fits = [GaussianNB().fit(X3[rows], y[rows]) for rows in fitted.estimators_samples_]
    labels = []
    for row in range(len(y)):
        voices = []
        for member, rows in zip(fits, fitted.estimators_samples_, strict=True):
            if voting == "soft":
                voice = member.predict_proba(X3[[row]])[0]
            else:
                voice = (member.predict(X3[[row]])[0] == np.array(classes)).astype(float)
            voices.append((voice, row not in rows))
        chosen = [voice for voice, is_new in voices if use_all or is_new]
        mean = np.mean(chosen or [voice for voice, _ in voices], axis=0)
        labels.append(classes[int(np.argmin(mean @ np.array(costs)))])
    return labels


@pytest.mark.parametrize("use_all", [True, False])
@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_rows_are_relabelled_as_by_a_plain_loop_and_one_model_is_fitted_on_them(use_all, voting):
    costs = [[0, 1, 1.3], [3.1, 0, 2], [8, 6.7, 0]]
    # With few models, some rows are in every sample.
    fitted = model(costs=costs, use_all=use_all, voting=voting, n_estimators=3).fit(X3, Y3)
    expected = plainly_relabelled(fitted, Y3, costs, use_all=use_all, voting=voting)
    assert fitted.y_relabelled_.tolist() == expected
    assert (fitted.y_relabelled_ != Y3).any()
    by_hand = GaussianNB().fit(X3, fitted.y_relabelled_)
    assert_array_equal(fitted.predict(X3), by_hand.predict(X3))
    assert_array_equal(fitted.predict_proba(X3), by_hand.predict_proba(X3))
    assert_array_equal(fitted.predict_log_proba(X3), by_hand.predict_log_proba(X3))


def test_some_rows_of_the_plain_loop_were_in_every_sample():
    samples = model(n_estimators=3, costs=None).fit(X3, Y3).estimators_samples_
    seen = [set(rows.tolist()) for rows in samples]
    assert 0 < len(set.intersection(*seen)) < len(X3)


def test_samples_have_as_many_rows_as_the_data_drawn_with_replacement():
    samples = model().fit(X, Y).estimators_samples_
    assert [len(rows) for rows in samples] == [210] * 10
    assert all(0.5 < len(set(rows.tolist())) / 210 < 0.75 for rows in samples)
    assert len({tuple(rows.tolist()) for rows in samples}) == 10


@pytest.mark.parametrize(("max_samples", "size"), [(0.5, 105), (40, 40), (400, 400), (1.0, 210)])
def test_samples_may_have_other_sizes(max_samples, size):
    samples = model(max_samples=max_samples, n_estimators=2).fit(X, Y).estimators_samples_
    assert [len(rows) for rows in samples] == [size, size]


def test_dear_misses_make_the_class_more_frequent_and_cheaper_for_the_costs():
    rng = np.random.RandomState(0)
    y = (rng.random_sample(2000) < 0.2).astype(int)
    rows = rng.normal(y[:, None], 1, (2000, 2))
    plain, dear = (
        model(LogisticRegression(), costs).fit(rows[:1000], y[:1000]) for costs in (None, COSTS)
    )
    assert dear.effective_prior_[1] > 2 * plain.effective_prior_[1]
    paid = [COSTS[y[1000:], fitted.predict(rows[1000:])].mean() for fitted in (plain, dear)]
    assert paid[1] < 0.8 * paid[0]


def test_priors_are_class_shares_before_and_after_relabelling():
    fitted = model().fit(X, Y)
    assert_allclose(fitted.natural_prior_, [150 / 210, 60 / 210])
    relabelled = [(fitted.y_relabelled_ == label).mean() for label in fitted.classes_]
    assert_allclose(fitted.effective_prior_, relabelled)


def test_weights_are_passed_to_every_fit_and_count_in_the_priors():
    weights = np.random.RandomState(1).uniform(0.1, 3, len(X))
    fitted = model(n_estimators=2).fit(X, Y, sample_weight=weights)
    by_hand = GaussianNB().fit(X, fitted.y_relabelled_, sample_weight=weights)
    assert_array_equal(fitted.predict_proba(X), by_hand.predict_proba(X))
    first = fitted.classes_[0] == Y
    assert_allclose(fitted.natural_prior_[0], weights[first].sum() / weights.sum())
    after = weights[fitted.y_relabelled_ == fitted.classes_[0]].sum()
    assert_allclose(fitted.effective_prior_[0], after / weights.sum())
    fits = [
        GaussianNB().fit(X[rows], Y[rows], sample_weight=weights[rows])
        for rows in fitted.estimators_samples_
    ]
    mean = np.mean([member.predict_proba(X) for member in fits], axis=0)
    assert_array_equal(fitted.y_relabelled_, fitted.classes_[(mean @ COSTS).argmin(axis=1)])


@pytest.mark.parametrize("n_jobs", [2, -1])
@pytest.mark.parametrize("seed", [0, "RandomState", "Generator"])
def test_a_seed_gives_one_model_whatever_the_number_of_threads(n_jobs, seed):
    def seeded():
        return {
            0: 0,
            "RandomState": np.random.RandomState(0),
            "Generator": np.random.default_rng(0),
        }[seed]

    forest = RandomForestClassifier(3, max_depth=2)
    one = model(forest, n_estimators=4, random_state=seeded()).fit(X, Y)
    many = model(forest, n_estimators=4, random_state=seeded(), n_jobs=n_jobs).fit(X, Y)
    assert_array_equal(many.y_relabelled_, one.y_relabelled_)
    assert_array_equal(many.predict_proba(X), one.predict_proba(X))


def test_other_seeds_draw_other_rows():
    first, second = (model(random_state=seed).fit(X, Y).estimators_samples_[0] for seed in (0, 1))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    "convert", [pd.DataFrame, pl.DataFrame, np.ndarray.tolist, sparse.csr_array, sparse.coo_array]
)
def test_rows_in_any_container_give_the_model_of_an_array(convert):
    given = convert(X)
    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    expected, fitted = (model(tree, n_estimators=3).fit(rows, Y) for rows in (X, given))
    assert_array_equal(fitted.y_relabelled_, expected.y_relabelled_)
    assert_array_equal(fitted.predict(given), expected.predict(X))
    assert fitted.n_features_in_ == 3


def test_names_of_columns_are_kept():
    frame = pd.DataFrame(X, columns=list("abc"))
    assert model().fit(frame, Y).feature_names_in_.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(
    "labels", [[False, True], [7, 30], ["common", "rare"], pd.Categorical(["u", "v"])]
)
def test_labels_of_any_kind_come_back(labels):
    codes = np.unique(Y, return_inverse=True)[1]
    y = pd.Series(labels).take(codes).reset_index(drop=True)
    fitted = model().fit(X, y)
    assert fitted.classes_.tolist() == list(labels)
    assert set(fitted.predict(X)) == set(fitted.y_relabelled_) == set(labels)


# Predicting class b costs at least as much as predicting class a.
LOSES_B = [[0, 9, 5], [1, 1, 5], [5, 9, 0]]


@pytest.mark.parametrize("estimator", [GaussianNB(), LogisticRegression(), TREE])
def test_a_class_that_no_row_is_relabelled_to_has_a_column_of_zeros(estimator):
    with pytest.warns(UserWarning, match="'b' would never be predicted") as caught:
        fitted = model(estimator, LOSES_B).fit(X3, Y3)
    assert caught[0].filename == __file__
    assert fitted.classes_.tolist() == ["a", "b", "c"]
    assert set(fitted.y_relabelled_) == {"a", "c"}
    proba = fitted.predict_proba(X3)
    assert proba.shape == (180, 3)
    assert_array_equal(proba[:, 1], 0)
    assert_allclose(proba.sum(axis=1), 1)
    assert_array_equal(fitted.predict(X3), fitted.classes_[proba.argmax(axis=1)])
    with np.errstate(divide="ignore"):
        assert_allclose(fitted.predict_log_proba(X3), np.log(proba))
    assert fitted.effective_prior_[1] == 0


def test_a_lost_class_has_the_lowest_score():
    with pytest.warns(UserWarning, match="'b' would never be predicted"):
        fitted = model(LogisticRegression(), LOSES_B).fit(X3, Y3)
    scores = fitted.decision_function(X3)
    assert scores.shape == (180, 3)
    assert np.isfinite(scores).all()
    assert_array_equal(fitted.classes_[scores.argmax(axis=1)], fitted.predict(X3))
    assert_array_equal(scores[:, 2], fitted.estimator_.decision_function(X3))


def test_one_class_left_is_an_error_that_says_why():
    noise = np.random.RandomState(0).normal(0, 1, X.shape)
    says = r"relabelled as class 'b'.*truth in rows.*pass costs that are less unequal"
    with pytest.raises(ValueError, match=says):
        model(costs=[[0, 1e-9], [1e9, 0]]).fit(noise, Y)
    assert set(model(costs=[[0, 1], [2, 0]]).fit(noise, Y).y_relabelled_) == {"a", "b"}


def test_a_sample_may_have_a_single_class():
    y = np.array(["common"] * 205 + ["rare"] * 5)
    fitted = model(LogisticRegression(), [[0, 1], [40, 0]], max_samples=30, n_estimators=20)
    fitted.fit(X, y)
    kinds = [len(set(y[rows])) for rows in fitted.estimators_samples_]
    assert 1 in kinds
    assert 2 in kinds
    assert fitted.predict_proba(X).shape == (210, 2)


def test_scores_are_those_that_the_classifier_has():
    assert not hasattr(model(LinearSVC(), voting="hard"), "predict_proba")
    assert not hasattr(model(KNeighborsClassifier()), "decision_function")
    fitted = model(LinearSVC(), voting="hard").fit(X, Y)
    assert_array_equal(fitted.decision_function(X), fitted.estimator_.decision_function(X))


@pytest.mark.parametrize(
    ("estimator", "parameters", "says"),
    [
        (LinearRegression(), {}, "LinearRegression is none. Pass one such as LogisticRegression"),
        (LinearSVC(), {}, "needs predict_proba, and LinearSVC has none. Use voting='hard'"),
        (TREE, {"costs": 1 - np.eye(3)}, r"costs has shape \(3, 3\), and there are 2 classes"),
        (TREE, {"costs": [COSTS] * 210}, r"Pass costs\[true, predicted\] of shape \(2, 2\)\.$"),
        (TREE, {"costs": [[0, np.nan], [1, 0]]}, "costs contains NaN"),
        (TREE, {"n_estimators": 0}, "'n_estimators' parameter of MetaCostClassifier"),
        (TREE, {"max_samples": 1.5}, "'max_samples' parameter of MetaCostClassifier"),
        (TREE, {"voting": "sum"}, "'voting' parameter of MetaCostClassifier"),
    ],
)
def test_bad_parameters_are_named(estimator, parameters, says):
    with pytest.raises(ValueError, match=says):
        model(estimator, **parameters).fit(X, Y)


def test_what_the_messages_recommend_works():
    assert model(LinearSVC(), voting="hard").fit(X, Y).predict(X).shape == (210,)
    assert model(LogisticRegression()).fit(X, Y).predict(X).shape == (210,)


def test_weights_that_the_classifier_does_not_take_are_refused():
    with pytest.raises(ValueError, match=r"KNeighborsClassifier\.fit does not take it\. Leave"):
        model(KNeighborsClassifier()).fit(X, Y, sample_weight=np.ones(210))
    assert model(KNeighborsClassifier()).fit(X, Y).predict(X).shape == (210,)


def test_no_rows_or_one_class_are_refused():
    with pytest.raises(ValueError, match="X has 0 rows"):
        model().fit(X[:0], [])
    with pytest.raises(ValueError, match="needs to have more than 1 class"):
        model().fit(X[:5], ["a"] * 5)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model().fit(X, Y[:5])


def test_it_can_be_cloned_and_pickled():
    fitted = model(voting="hard", n_estimators=2).fit(X, Y)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    parameters = clone(fitted).get_params(deep=False)
    assert parameters["voting"] == "hard"
    assert_array_equal(parameters["costs"], COSTS)
    assert not hasattr(clone(fitted), "estimator_")


def test_what_is_passed_stays_as_it_is():
    rows, labels = X.copy(), Y.copy()
    rows.flags.writeable = labels.flags.writeable = False
    forest = RandomForestClassifier(2)
    model(forest, n_estimators=2).fit(rows, labels)
    assert forest.random_state is None
    assert not hasattr(forest, "estimators_")
