"""Regressor and Classifier."""

import numpy as np

from ._base import Estimator, Streams, Target
from ._data import amounts_of, labels_of, names_of, warn_of_column

STREAM = {"epochs": 1, "validation_every": 0}


class Regressor(Estimator):
    """Amounts, by a linear or polynomial model, a neural net or a formula.

    What ``downhill fit`` fits, by the same functions and to the same bits: parameters are the
    options of the command, and ``fingerprint_`` is the one that it prints.

    Parameters
    ----------
    model : str, default=None
        ``'linear'`` (what ``None`` is), ``'polynomial:2'``, ``'mlp:16'``, ``'mlp:16,8:relu'`` ….
    loss : str, default=None
        ``'squared'`` (what ``None`` is), ``'huber:1.5'``, ``'absolute'``, ``'quantile:0.9'`` ….
    optimizer : str, default=None
        ``'adam'`` (what ``None`` is), ``'sgd'``, ``'adamw'`` ….
    solver : str, default=None
        Least squares in the place of a gradient: ``'lm'``, ``'rls'``, ``'nlms'``. They compute in
        ``'f64'`` unless told.
    lr : float or str, default=None
        Learning rate, or ``'auto'``; ``None`` goes by the optimizer.
    schedule : str, default=None
        Learning rate over the steps, such as ``'cosine'`` or ``'constant'``.
    warmup : int, default=None
        Steps of linear warm-up before the schedule.
    epochs : int, default=None
        Passes over the training rows; ``None`` takes 50 to 200, by their number.
    patience : int, default=None
        Epochs without a new best on the validation rows after which the fit stops.
    batch : int or str, default=None
        Rows to an update, or ``'all'``; ``None`` is 1.
    l1, l2, weight_decay : float, default=None
        Penalties on the weights.
    clip_norm, clip_value : float, default=None
        Limits of the gradient.
    bound : str or list of str, default=None
        Limits of parameters by number, such as ``'0-3=-1:1'``.
    freeze : int, default=None
        First layers that are not trained.
    scaler : str, default=None
        ``'standard'`` (what ``None`` is with a gradient), ``'minmax'``, ``'none'``.
    scaler_on_device : int, default=None
        Rows that the scaler learns from, as on a board; ``None`` takes all, beforehand.
    scaler_from : path-like, default=None
        Model file whose scaler is taken.
    missing : str, default=None
        ``'drop'`` or ``'hold'`` where a row may miss a feature (NaN); ``None`` refuses one.
    shuffle : bool, default=True
        Whether each epoch has an order of its own.
    replay : str, default=None
        Rows that are learned from again, such as ``'ring:64,2'``.
    standardize_target : bool, default=True
        Whether the target is scaled too, where the loss lets it.
    precision : str, default=None
        ``'f32'`` or ``'f64'``.
    restarts : int, default=None
        Seeds that are tried, the best of which is kept.
    health : int, default=None
        Steps between two looks at the fit's health; 0 never looks.
    recover : bool, default=False
        Whether the fit acts on what is found: goes back, and lowers the rate.
    drift : str, default=None
        Watch for drift: ``'page_hinkley'``, ``'ddm'``, ``'ewma'``, ``'adwin'``.
    validation_fraction : float, default=None
        Share of the rows that is held out, above 0 and at most 0.5: every ``round(1 / share)``-th.
        ``None`` holds none out, where the command holds out every fifth.
    validation_every : int, default=None
        Every so many-th row is held out.
    validation_last : float, default=None
        Share of the rows at the end that is held out.
    random_state : int or generator, default=None
        Seed of row order and starts; ``None`` is the command's, 0.
    progress : bool, default=False
        Whether a bar of tqdm, where that is installed, shows the epochs.
    report : bool, default=None
        Whether the page of ``downhill fit --report`` is made, which a notebook shows; ``None`` makes
        it where a notebook's kernel runs.

    Attributes
    ----------
    fingerprint_ : str
        16 hex digits.
    verdicts_ : list of dict
        Findings about the fit: ``kind``, ``severity``, ``finding``, ``advice`` ….
    loss_curve_, validation_curve_ : list of float
        Mean loss of the training rows and of the validation rows, epoch by epoch.
    n_iter_ : int
        Epochs.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Where the data have names.
    coef_, intercept_ : ndarray
        Of a linear model, in the units of the columns.
    result_ : dict
        What ``downhill fit --json`` prints.
    summary_ : str
        What ``downhill fit`` prints.
    report_ : str
        The page of the fit, in HTML, where one is made.

    Examples
    --------
    >>> import numpy as np
    >>> from downhill import Regressor
    >>> X = np.arange(20.0).reshape(-1, 1)
    >>> line = Regressor(solver="lm").fit(X, 3 * X[:, 0] + 1)
    >>> print(line.coef_.round(6), round(float(line.intercept_), 6))
    [3.] 1.0
    """

    def __init__(
        self,
        model=None,
        *,
        loss=None,
        optimizer=None,
        solver=None,
        lr=None,
        schedule=None,
        warmup=None,
        epochs=None,
        patience=None,
        batch=None,
        l1=None,
        l2=None,
        weight_decay=None,
        clip_norm=None,
        clip_value=None,
        bound=None,
        freeze=None,
        scaler=None,
        scaler_on_device=None,
        scaler_from=None,
        missing=None,
        shuffle=True,
        replay=None,
        standardize_target=True,
        precision=None,
        restarts=None,
        health=None,
        recover=False,
        drift=None,
        validation_fraction=None,
        validation_every=None,
        validation_last=None,
        random_state=None,
        progress=False,
        report=None,
    ):
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.solver = solver
        self.lr = lr
        self.schedule = schedule
        self.warmup = warmup
        self.epochs = epochs
        self.patience = patience
        self.batch = batch
        self.l1 = l1
        self.l2 = l2
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.bound = bound
        self.freeze = freeze
        self.scaler = scaler
        self.scaler_on_device = scaler_on_device
        self.scaler_from = scaler_from
        self.missing = missing
        self.shuffle = shuffle
        self.replay = replay
        self.standardize_target = standardize_target
        self.precision = precision
        self.restarts = restarts
        self.health = health
        self.recover = recover
        self.drift = drift
        self.validation_fraction = validation_fraction
        self.validation_every = validation_every
        self.validation_last = validation_last
        self.random_state = random_state
        self.progress = progress
        self.report = report

    def _target(self, y, table):
        array, self._is_flat = amounts_of(y, len(table.matrix))
        if self.solver is not None and not self._is_flat and array.shape[1] == 1:
            warn_of_column()
            self._is_flat = True
        return Target(array, names_of(y, array.shape[1], table.names))

    def fit(self, X, y, sample_weight=None):
        """Fit the model.

        Parameters
        ----------
        X : array-like, DataFrame or Arrow table of shape (n_rows, n_features)
        y : array-like of shape (n_rows,) or (n_rows, n_targets)
        sample_weight : array-like of shape (n_rows,), optional
            Weight of each row in the loss.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Data or parameters are wrong; the message names row and column, or the parameter.

        Warns
        -----
        FitWarning
            The fit is of no use, or was ended by Ctrl-C with the best parameters until then.
        """
        table = self._table(X)
        target = self._target(y, table)
        weight = self._weights(sample_weight, len(table.matrix))
        return self._take(table, target, weight, self._options())

    @Streams
    def partial_fit(self, X, y, sample_weight=None):
        """Learn from rows once, in their order, and go on from there at the next call.

        The first call settles the model and its scaler by its rows. The learning rate is constant
        unless ``schedule`` says otherwise. Parameters are as :meth:`fit` has them; where a row is
        refused, nothing of the call is learned.

        Returns
        -------
        self
        """
        is_new = "_model" not in self.__dict__
        table = self._table(X, None if is_new else self._encoding)
        target = self._target(y, table)
        weight = self._weights(sample_weight, len(table.matrix))
        return self._stream(table, target, weight, self._stream_options)

    def _stream_options(self):
        schedule = "constant" if self.schedule is None else self.schedule
        nobody = {"validation_fraction": None, "validation_last": None, "patience": None}
        return self._options(schedule=schedule, **STREAM, **nobody)

    def predict(self, X):
        """Predict amounts.

        Parameters
        ----------
        X : array-like, DataFrame or Arrow table of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_targets)
        """
        table = self._known(X)
        outputs, _ = self._model.predict(table.matrix)
        return outputs[:, 0] if self._is_flat else outputs

    def score(self, X, y, sample_weight=None):
        """Return the coefficient of determination R² of the predictions, at most 1.

        Several targets count alike.
        """
        predicted = self.predict(X)
        true, _ = amounts_of(y, len(predicted))
        predicted = predicted.reshape(len(predicted), -1)
        weight = self._weights(sample_weight, len(true))
        weight = np.ones((len(true), 1)) if weight is None else weight
        left = (weight * (true - predicted) ** 2).sum(axis=0)
        mean = np.average(true, axis=0, weights=weight[:, 0])
        all_of_it = (weight * (true - mean) ** 2).sum(axis=0)
        constant = all_of_it == 0
        each = 1 - left / np.where(constant, 1, all_of_it)
        each[constant] = np.where(left[constant] == 0, 1.0, 0.0)
        return float(each.mean())

    def _shaped(self, linear):
        return linear[0] if self._is_flat else linear

    def __sklearn_tags__(self):
        from ._tags import tags

        return tags(self, "regressor")


class Classifier(Estimator):
    """Classes, by a logistic or softmax model or a neural net.

    Parameters are those of :class:`Regressor`, but for ``solver``, and:

    Parameters
    ----------
    model : str, default=None
        ``'logistic'`` of two classes and ``'softmax'`` of more is what ``None`` is;
        ``'mlp:16'`` ….
    class_weight : dict or 'balanced', default=None
        Weight of the rows of each class in the loss.
    cost : str, default=None
        Costs of errors of two classes, such as ``'fp=1,fn=20'``.
    threshold : float or str, default=None
        From which probability on the second class is predicted: a number or a rule.
    positive : label, default=None
        Label that the model has for its class 1, of two; ``classes_`` is sorted all the same.

    Attributes
    ----------
    classes_ : ndarray
        Labels, sorted.
    fingerprint_, verdicts_, loss_curve_, n_iter_, coef_, intercept_ …
        As of :class:`Regressor`.

    Examples
    --------
    >>> import numpy as np
    >>> from downhill import Classifier
    >>> X = np.arange(40.0).reshape(-1, 1)
    >>> classifier = Classifier().fit(X, np.where(X[:, 0] < 20, "low", "high"))
    >>> print(*classifier.predict([[3.0], [37.0]]))
    low high
    """

    def __init__(
        self,
        model=None,
        *,
        loss=None,
        optimizer=None,
        lr=None,
        schedule=None,
        warmup=None,
        epochs=None,
        patience=None,
        batch=None,
        l1=None,
        l2=None,
        weight_decay=None,
        clip_norm=None,
        clip_value=None,
        bound=None,
        freeze=None,
        scaler=None,
        scaler_on_device=None,
        scaler_from=None,
        class_weight=None,
        cost=None,
        threshold=None,
        positive=None,
        missing=None,
        shuffle=True,
        replay=None,
        precision=None,
        restarts=None,
        health=None,
        recover=False,
        drift=None,
        validation_fraction=None,
        validation_every=None,
        validation_last=None,
        random_state=None,
        progress=False,
        report=None,
    ):
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.lr = lr
        self.schedule = schedule
        self.warmup = warmup
        self.epochs = epochs
        self.patience = patience
        self.batch = batch
        self.l1 = l1
        self.l2 = l2
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.bound = bound
        self.freeze = freeze
        self.scaler = scaler
        self.scaler_on_device = scaler_on_device
        self.scaler_from = scaler_from
        self.class_weight = class_weight
        self.cost = cost
        self.threshold = threshold
        self.positive = positive
        self.missing = missing
        self.shuffle = shuffle
        self.replay = replay
        self.precision = precision
        self.restarts = restarts
        self.health = health
        self.recover = recover
        self.drift = drift
        self.validation_fraction = validation_fraction
        self.validation_every = validation_every
        self.validation_last = validation_last
        self.random_state = random_state
        self.progress = progress
        self.report = report

    def fit(self, X, y, sample_weight=None):
        """Fit the model.

        Parameters
        ----------
        X : array-like, DataFrame or Arrow table of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            Labels: texts, whole numbers or truth values, of 2 to 20 classes.
        sample_weight : array-like of shape (n_rows,), optional
            Weight of each row in the loss.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Data or parameters are wrong; the message names row and column, or the parameter.

        Warns
        -----
        FitWarning
            The fit is of no use, or was ended by Ctrl-C with the best parameters until then.
        """
        table = self._table(X)
        classes, codes = labels_of(y, len(table.matrix))
        weight = self._weights(sample_weight, len(table.matrix))
        target = self._labels(y, table, classes, codes)
        if weight is not None and len(np.unique(codes[weight[:, 0] > 0])) < 2:
            raise ValueError(
                "the rows of one class alone have a sample_weight above 0: there is nothing to learn"
            )
        options = self._options(dict(zip(classes.tolist(), map(text_of_label, classes))))
        self._take(table, target, weight, options)
        self._learn_classes(classes)
        return self

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Learn from rows once, in their order, and go on from there at the next call.

        Parameters
        ----------
        X, y, sample_weight
            As :meth:`fit` has them.
        classes : array-like of shape (n_classes,), optional
            All labels that there will be. The first call needs them, unless its rows have all.

        Returns
        -------
        self
        """
        is_new = "_model" not in self.__dict__
        table = self._table(X, None if is_new else self._encoding)
        here, codes = labels_of(y, len(table.matrix))
        weight = self._weights(sample_weight, len(table.matrix))
        known = self.classes_ if not is_new else here if classes is None else np.unique(classes)
        if classes is not None and not np.array_equal(known, np.unique(classes)):
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to partial_fit, was: "
                f"{known!r}"
            )
        unknown = [label for label in here.tolist() if label not in known.tolist()]
        if unknown:
            raise ValueError(
                f"y has the label {unknown[0]!r}, which is not among the classes {known.tolist()}"
            )
        codes = np.searchsorted(known, here)[codes]
        target = self._labels(y, table, known, codes)
        names = dict(zip(known.tolist(), map(text_of_label, known)))

        def options():
            schedule = "constant" if self.schedule is None else self.schedule
            nobody = {"validation_fraction": None, "validation_last": None, "patience": None}
            return self._options(names, schedule=schedule, **STREAM, **nobody)

        self._stream(table, target, weight, options)
        if is_new:
            self._learn_classes(known)
        return self

    def _labels(self, y, table, classes, codes):
        if len(classes) < 2:
            raise ValueError(
                f"y has one class, {classes.tolist()[0]!r}, in every row: there is nothing to "
                "learn; a classifier needs at least two classes"
            )
        labels = [(text_of_label(label), number_of_label(label)) for label in classes]
        codes = np.ascontiguousarray(codes, dtype=np.uint32)
        return Target(codes, names_of(y, 1, table.names)[:1], labels)

    def _learn_classes(self, classes):
        """Learn which class of the model has which label."""
        texts = [text_of_label(label) for label in classes]
        numbers = [number_of_label(label) for label in classes]
        own = self._facts()["classes"]
        places = [place_of(label, texts, numbers) for label in own]
        if len(set(places)) != len(classes):
            raise ValueError(
                f"labels of y are the same to the core, which knows {own}; rename one"
            )
        self.classes_ = classes
        self._places = np.array(places)
        self._by_label = np.argsort(self._places)

    def _outputs(self, X):
        table = self._known(X)
        return self._model.predict(table.matrix)

    def predict(self, X):
        """Predict labels.

        Parameters
        ----------
        X : array-like, DataFrame or Arrow table of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        _, codes = self._outputs(X)
        return self.classes_[self._places[codes]]

    def predict_proba(self, X):
        """Predict the probability of each class.

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            In the order of ``classes_``.

        Raises
        ------
        AttributeError
            The loss has no probabilities.
        """
        outputs, _ = self._outputs(X)
        if self._reading == "score":
            raise AttributeError(
                "the loss of this classifier gives scores and no probabilities; use "
                "decision_function, or loss='cross_entropy'"
            )
        if self._reading == "probability":
            outputs = np.hstack([1 - outputs, outputs])
        return outputs[:, self._by_label]

    def predict_log_proba(self, X):
        """Predict the logarithm of the probability of each class; see :meth:`predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def decision_function(self, X):
        """Return scores: log odds, above 0 where a class is the likelier one.

        Returns
        -------
        ndarray of shape (n_rows,) of two classes, or (n_rows, n_classes)
            Of two classes the score of ``classes_[1]``.
        """
        outputs, _ = self._outputs(X)
        if self._reading == "probabilities":
            least = np.finfo(np.float32).tiny
            return np.log(np.maximum(outputs, least))[:, self._by_label]
        if self._reading == "probability":
            chance = np.clip(outputs[:, 0], 1e-300, 1 - 2.0**-53)
            score = np.log(chance) - np.log1p(-chance)
        else:
            score = outputs[:, 0]
        return score if self._places[1] == 1 else -score

    def score(self, X, y, sample_weight=None):
        """Return the share of rows whose label is predicted."""
        predicted = self.predict(X)
        labels, codes = labels_of(y, len(predicted))
        weight = self._weights(sample_weight, len(predicted))
        right = labels[codes] == predicted
        return float(np.average(right, weights=None if weight is None else weight[:, 0]))

    def _shaped(self, linear):
        if len(linear) == 1:
            return linear if self._places[1] == 1 else -linear
        return linear[self._by_label]

    def __sklearn_tags__(self):
        from ._tags import tags

        return tags(self, "classifier")


def text_of_label(label):
    """Return a label as a text, a number in its shortest form."""
    if isinstance(label, bytes):
        return label.decode("utf-8", "replace")
    number = number_of_label(label)
    if number is None or isinstance(label, str):
        return str(label)
    return str(int(number)) if number.is_integer() else repr(number)


def number_of_label(label):
    """Return the number that a label is, as a file has it; ``None`` of a text."""
    if isinstance(label, (bool, np.bool_)):
        return None
    try:
        number = float(label)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def place_of(label, texts, numbers):
    """Return the place of a label of the core's among those of Python."""
    if label in texts:
        return texts.index(label)
    number = number_of_label(label)
    if number is not None and number in numbers:
        return numbers.index(number)
    return next((at for at, text in enumerate(texts) if text.lower() == label.lower()), -1)
