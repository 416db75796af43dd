"""Arguments as options of the command: both are read by one parser."""

import numbers

import numpy as np

# Arguments that say no to what the command does unless told.
NEGATED = {"shuffle": "--no-shuffle", "standardize_target": "--no-standardize-target"}
FLAGS = ("recover",)
REPEATED = ("bound", "start", "fix", "bounds", "derive")
# Arguments that are no options, or that become one elsewhere.
OWN = ("random_state", "validation_fraction", "class_weight", "progress", "report", "missing", "formula")


def options_of(parameters, classes=None):
    """Return the options of the command that arguments stand for.

    Parameters
    ----------
    parameters : dict
        Arguments of an estimator, by name.
    classes : sequence of str, optional
        Labels as the core knows them, by the label as Python has it.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        Arguments contradict each other, or one has a value that it does not take.
    """
    options = [f"--seed={seed_of(parameters.get('random_state'))}"]
    options += held_out(parameters)
    if parameters.get("missing") is not None:
        options.append(f"--missing={parameters['missing']}")
    if parameters.get("class_weight") is not None:
        options.append(f"--class-weight={class_weights(parameters['class_weight'], classes)}")
    for name, value in parameters.items():
        if name in OWN or name in ("validation_every", "validation_last") or value is None:
            continue
        option = "--" + name.replace("_", "-")
        if name in NEGATED:
            if not value:
                options.append(NEGATED[name])
        elif name in FLAGS:
            if value:
                options.append(option)
        elif name in REPEATED:
            options += [f"{option}={text}" for text in repeated(name, value)]
        else:
            options.append(f"{option}={text_of(value)}")
    return options


def text_of(value):
    """Return a value as the command line has it."""
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{value} is neither a number nor a text")
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    return str(value)


def repeated(name, value):
    """Return the values of an option that is given once for each parameter."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [f"{key}={limits(own) if name == 'bounds' else text_of(own)}"
                for key, own in value.items()]
    return [text_of(own) for own in value]


def limits(pair):
    """Return a lower and an upper limit as ``low..high``; ``None`` and infinities leave one open."""
    if isinstance(pair, str):
        return pair
    low, high = pair
    show = lambda limit: "" if limit is None or np.isinf(limit) else repr(float(limit))
    return f"{show(low)}..{show(high)}"


def seed_of(random_state):
    """Return the seed that a ``random_state`` stands for; ``None`` is the command's, 0."""
    if random_state is None:
        return 0
    if isinstance(random_state, numbers.Integral):
        if random_state < 0:
            raise ValueError(f"random_state={random_state} is no seed: it is at least 0")
        return int(random_state)
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(np.iinfo(np.int32).max))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(np.iinfo(np.int32).max))
    raise ValueError(
        f"random_state={random_state!r} is no seed; it is None, a whole number, or a generator "
        "of NumPy's"
    )


def held_out(parameters):
    """Return the options of the rows that are held out: none, unless some are asked for."""
    names = ("validation_fraction", "validation_every", "validation_last")
    given = [name for name in names if parameters.get(name) is not None]
    if len(given) > 1:
        raise ValueError(f"{given[0]} and {given[1]} exclude each other: leave one out")
    if not given:
        return ["--validation-every=0"]
    value = parameters[given[0]]
    if given[0] != "validation_fraction":
        return [f"--{given[0].replace('_', '-')}={text_of(value)}"]
    if not isinstance(value, numbers.Real) or not 0 < value <= 0.5:
        raise ValueError(
            f"validation_fraction={value!r} is no share of the rows that can be held out; it is "
            "above 0 and at most 0.5, such as 0.2 for every fifth row"
        )
    return [f"--validation-every={round(1 / value)}"]


def class_weights(given, classes):
    """Return the weights of classes as the command takes them."""
    if isinstance(given, str):
        return given
    if not hasattr(given, "items"):
        raise ValueError(
            f"class_weight={given!r} is neither 'balanced' nor a dict of weights by label"
        )
    known = {} if classes is None else classes
    unknown = [label for label in given if label not in known]
    if unknown:
        raise ValueError(
            f"class_weight has {unknown[0]!r}, which is no label of y: these are "
            f"{', '.join(map(repr, known))}"
        )
    return ",".join(f"{known[label]}={text_of(own)}" for label, own in given.items())
