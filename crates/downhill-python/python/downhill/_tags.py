"""Tags that scikit-learn asks an estimator for; imported only when it does."""


def tags(estimator, kind):
    """Return the tags of an estimator of this kind: ``'regressor'`` or ``'classifier'``."""
    from sklearn.utils import (
        ClassifierTags,
        InputTags,
        RegressorTags,
        Tags,
        TargetTags,
    )

    takes_several = getattr(estimator, "solver", "none") is None
    is_classifier = kind == "classifier"
    return Tags(
        estimator_type=kind,
        target_tags=TargetTags(required=True, multi_output=takes_several),
        classifier_tags=ClassifierTags() if is_classifier else None,
        regressor_tags=None if is_classifier else RegressorTags(),
        input_tags=InputTags(allow_nan=estimator._may_miss()),
    )
