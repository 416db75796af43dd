"""Writes the vectors that `tests/tests/oracle` compares Downhill with.

Every number comes from PyTorch in float64 (products of features from scikit-learn) and never
from Downhill. See README.md beside this file for how to run it again.
"""

import json
import platform
import sys
from pathlib import Path

import numpy
import sklearn
import torch
import torch.nn.functional as F
from sklearn.preprocessing import PolynomialFeatures
from torch.optim import lr_scheduler

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

RECORDED = [1, 2, 5, 10, 20, 50, 100, 150, 200]
STEPS = RECORDED[-1]
# A plateau is told a validation loss after every so many steps.
REPORTED = 5


class Lcg:
    """Knuth's 64-bit LCG; numbers come from its upper 24 bits, so that f32 holds them exactly."""

    def __init__(self, seed):
        self.state = seed

    def unit(self):
        """A number in [0, 1)."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 40) / 2**24

    def signed(self):
        """A number in [-1, 1)."""
        return 2 * self.unit() - 1

    def list(self, count, scale=1.0):
        return [f32(scale * self.signed()) for _ in range(count)]


def f32(number):
    """The nearest number that f32 holds, so that both precisions start from the same data."""
    return float(numpy.float32(number))


# Models: a list of (weights [out][in], biases) for each layer.

ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": torch.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.01),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": F.softplus,
}


def layers_from(flat, widths):
    """Cuts a flat list, layer by layer the weights row by row and then the biases."""
    layers, at = [], 0
    for inputs, outputs in zip(widths, widths[1:]):
        weights = torch.tensor(flat[at : at + inputs * outputs]).reshape(outputs, inputs)
        at += inputs * outputs
        biases = torch.tensor(flat[at : at + outputs])
        at += outputs
        layers.append((weights.requires_grad_(), biases.requires_grad_()))
    assert at == len(flat)
    return layers


def count(widths):
    return sum((inputs + 1) * outputs for inputs, outputs in zip(widths, widths[1:]))


def forward(layers, activation, features):
    values = features
    for number, (weights, biases) in enumerate(layers):
        values = F.linear(values, weights, biases)
        if number + 1 < len(layers):
            values = ACTIVATIONS[activation](values)
    return values


def flatten(layers, of=lambda parameter: parameter):
    return [
        number
        for weights, biases in layers
        for parameter in (weights, biases)
        for number in of(parameter).detach().flatten().tolist()
    ]


# Losses: a function of a batch of outputs and targets that gives one number a sample.


def binary_focal(z, y, gamma):
    """-(1 - p_t)^gamma ln p_t with p_t = sigmoid of the logit signed by the class."""
    signed = torch.where(y > 0.5, z, -z)
    return -(torch.sigmoid(-signed) ** gamma) * F.logsigmoid(signed)


def softmax_focal(z, y, gamma):
    """The same with p_t from a softmax; 1 - p_t is summed from the other classes."""
    log_p = F.log_softmax(z, 1)
    chosen = F.one_hot(y, z.shape[1]).bool()
    missing = torch.logsumexp(log_p.masked_fill(chosen, -torch.inf), 1)
    return -torch.exp(gamma * missing) * log_p[chosen]


def classes(y):
    return y[:, 0].long()


def hinge(z, y):
    return torch.relu(1 - (2 * y - 1) * z)


LOSSES = {
    "squared": lambda z, y: F.mse_loss(z, y, reduction="none").mean(1),
    "absolute": lambda z, y: F.l1_loss(z, y, reduction="none").mean(1),
    "huber": lambda z, y, delta: F.huber_loss(z, y, reduction="none", delta=delta).mean(1),
    "cauchy": lambda z, y, scale: (0.5 * scale**2 * torch.log1p(((z - y) / scale) ** 2)).mean(1),
    "log_cosh": lambda z, y: (
        (z - y).abs() + F.softplus(-2 * (z - y).abs()) - torch.log(torch.tensor(2.0))
    ).mean(1),
    "quantile": lambda z, y, tau: torch.maximum(tau * (y - z), (tau - 1) * (y - z)).mean(1),
    "asymmetric_squared": lambda z, y, tau: (
        torch.where(z < y, tau, 1 - tau) * F.mse_loss(z, y, reduction="none")
    ).mean(1),
    "binary_cross_entropy": lambda z, y, smoothing=0.0: F.binary_cross_entropy_with_logits(
        z, y * (1 - smoothing) + smoothing / 2, reduction="none"
    ).mean(1),
    "cross_entropy": lambda z, y, smoothing=0.0: F.cross_entropy(
        z, classes(y), reduction="none", label_smoothing=smoothing
    ),
    "binary_focal": lambda z, y, gamma: binary_focal(z, y, gamma).mean(1),
    "focal": lambda z, y, gamma: softmax_focal(z, classes(y), gamma),
    "hinge": lambda z, y: hinge(z, y).mean(1),
    "squared_hinge": lambda z, y: (hinge(z, y) ** 2).mean(1),
    # Less the least that it can be: half the deviance.
    "poisson": lambda z, y: (
        F.poisson_nll_loss(z, y, log_input=True, full=False, reduction="none")
        - (y - torch.xlogy(y, y))
    ).mean(1),
    "squared_sigmoid": lambda z, y: ((torch.sigmoid(z) - y) ** 2).mean(1),
    "squared_softmax": lambda z, y: (
        (torch.softmax(z, 1) - F.one_hot(classes(y), z.shape[1])) ** 2
    ).mean(1),
}


def make_losses():
    errors = [-30.0, -3.0, -1.25, -0.75, -0.25, -1e-3, 1e-3, 0.3, 0.625, 1.5, 2.75, 40.0]
    logits = [-700.0, -80.0, -20.0, -3.0, -0.5, -1e-3, 0.0, 0.25, 1.5, 4.0, 25.0, 80.0, 700.0]
    lcg = Lcg(7)

    numeric = [([0.5 + e], [0.5]) for e in errors]
    numeric += [(lcg.list(3, 4.0), lcg.list(3, 2.0)) for _ in range(6)]
    binary = [([z], [y]) for z in logits for y in (0.0, 1.0)]
    probable = [([z], [0.3]) for z in logits]
    counts = [([z], [y]) for z in (-20.0, -2.0, -0.1, 0.0, 0.7, 3.0, 9.0) for y in (0.0, 1.0, 7.0)]
    categorical = [(lcg.list(k, 4.0), [float(c)]) for k in (2, 3, 5) for c in range(k)]
    categorical += [
        (z, [float(c)])
        for z in ([700.0, -700.0, 0.0], [80.0, 79.0, -80.0], [0.0, 0.0, 0.0])
        for c in range(3)
    ]
    # The kinks of a hinge are at 1 and -1, which the logits avoid.
    plan = [
        ("squared", {}, numeric),
        ("absolute", {}, numeric + [([2.0], [2.0])]),
        ("huber", {"delta": 1.0}, numeric),
        ("huber", {"delta": 0.5}, numeric),
        ("cauchy", {"scale": 1.0}, numeric),
        ("cauchy", {"scale": 0.25}, numeric),
        ("log_cosh", {}, numeric + [([2.0], [2.0]), ([900.0], [0.0])]),
        ("quantile", {"tau": 0.1}, numeric),
        ("quantile", {"tau": 0.5}, numeric),
        ("quantile", {"tau": 0.9}, numeric),
        ("asymmetric_squared", {"tau": 0.1}, numeric),
        ("asymmetric_squared", {"tau": 0.75}, numeric),
        ("binary_cross_entropy", {}, binary + probable),
        ("binary_cross_entropy", {"smoothing": 0.1}, binary),
        ("cross_entropy", {}, categorical),
        ("cross_entropy", {"smoothing": 0.1}, categorical),
        ("binary_focal", {"gamma": 2.0}, binary),
        ("binary_focal", {"gamma": 1.0}, binary),
        ("focal", {"gamma": 2.0}, categorical),
        ("focal", {"gamma": 1.0}, categorical),
        ("hinge", {}, binary),
        ("squared_hinge", {}, binary),
        ("poisson", {}, counts),
        ("squared_sigmoid", {}, binary + probable),
        ("squared_softmax", {}, categorical),
    ]
    weighted = [
        ("cross_entropy", {}, [s for s in categorical if len(s[0]) == 3], [0.5, 3.0, 1.25]),
        ("squared_softmax", {}, [s for s in categorical if len(s[0]) == 3], [0.5, 3.0, 1.25]),
        ("binary_cross_entropy", {}, binary, [0.75, 20.0]),
        ("binary_focal", {"gamma": 2.0}, binary, [0.75, 20.0]),
        ("hinge", {}, binary, [0.75, 20.0]),
    ]
    losses = []
    for name, settings, samples, *weights in [*plan, *weighted]:
        cases = []
        for outputs, target in samples:
            z = torch.tensor([outputs], requires_grad=True)
            value = LOSSES[name](z, torch.tensor([target]), **settings)
            for of_class in weights:
                value = value * of_class[int(target[0])]
                if name == "cross_entropy":
                    of_torch = F.cross_entropy(
                        z,
                        torch.tensor([int(target[0])]),
                        weight=torch.tensor(of_class),
                        reduction="none",
                    )
                    assert torch.allclose(value, of_torch, rtol=1e-14)
            value.sum().backward()
            slopes = z.grad[0].tolist()
            assert numpy.isfinite([value.item(), *slopes]).all(), (name, outputs, target)
            cases.append([outputs, target, value.item(), slopes])
        spec = {"loss": {"kind": name, **settings}}
        if weights:
            spec["class_weights"] = weights[0]
        losses.append({**spec, "cases": cases})
    return losses


def make_models():
    """One sample through each model: outputs, loss and the gradient of every parameter."""
    lcg = Lcg(11)
    plan = [("mlp", [3, 8, 4, 2], name) for name in ACTIVATIONS]
    plan += [("mlp", [3, 5, 1], "tanh"), ("mlp", [2, 4, 3, 4, 1], "tanh")]
    plan += [("linear", [3, 1], "identity"), ("linear", [9, 3], "identity")]
    plan += [("polynomial:2", [3, 1], "identity"), ("polynomial:3", [3, 2], "identity")]
    models = []
    for kind, shape, activation in plan:
        features = lcg.list(shape[0], 1.5)
        if kind.startswith("polynomial"):
            degree = int(kind[-1])
            expand = PolynomialFeatures(degree, include_bias=False)
            inputs = expand.fit_transform([features])[0].tolist()
            widths = [len(inputs), *shape[1:]]
        else:
            inputs, widths = features, shape
        parameters = lcg.list(count(widths))
        target = lcg.list(widths[-1], 2.0)
        layers = layers_from(parameters, widths)
        outputs = forward(layers, activation, torch.tensor([inputs]))
        loss = LOSSES["squared"](outputs, torch.tensor([target])).sum()
        loss.backward()
        models.append({
            "kind": kind,
            "shape": shape,
            "activation": activation,
            "parameters": parameters,
            "features": features,
            "target": target,
            "outputs": outputs[0].tolist(),
            "loss": loss.item(),
            "gradient": flatten(layers, lambda parameter: parameter.grad),
        })
    return models


def make_problems():
    """40 samples each; every number is one that f32 holds."""

    def problem(seed, widths, loss, target):
        lcg = Lcg(seed)
        features = [lcg.list(widths[0]) for _ in range(40)]
        return {
            "widths": widths,
            "activation": "tanh",
            "loss": loss,
            "features": features,
            "targets": [[f32(y) for y in target(lcg, *x)] for x in features],
            "weights": [f32(0.25 + 1.5 * lcg.unit()) for _ in features],
            "start": lcg.list(count(widths), 0.5),
        }

    def line(lcg, a, b, c):
        return [1.5 * a - 2.0 * b + 0.25 * c + 0.75 + 0.2 * lcg.signed()]

    def side(lcg, a, b, c):
        return [1.0 if 2.0 * a - b + 0.5 * c + 0.6 * lcg.signed() > 0.1 else 0.0]

    def sector(lcg, a, b):
        return [float(numpy.argmax([a, b, -a - b + 0.3 * lcg.signed()]))]

    def wave(lcg, a, b):
        return [numpy.sin(2.0 * a) * b + 0.1 * lcg.signed(), a * a - b]

    return {
        "linear": problem(1, [3, 1], {"kind": "squared"}, line),
        "logistic": problem(2, [3, 1], {"kind": "binary_cross_entropy"}, side),
        "softmax": problem(3, [2, 3], {"kind": "cross_entropy"}, sector),
        "mlp": problem(4, [2, 4, 2], {"kind": "squared"}, wave),
    }


def make_optimizer(layers, settings, l2):
    """PyTorch's optimizer, with L2 and decay on weights only."""
    settings = dict(settings)
    kind = settings.pop("kind")
    settings["lr"] = settings.pop("rate", None) or settings.pop("first")
    decay = settings.pop("decay", 0.0)
    if decay:
        assert kind == "adamw" and not l2
    groups = [
        {"params": [weights for weights, _ in layers], "weight_decay": decay or l2},
        {"params": [biases for _, biases in layers], "weight_decay": 0.0},
    ]
    for old, new in [("epsilon", "eps")]:
        if old in settings:
            settings[new] = settings.pop(old)
    if "beta1" in settings:
        settings["betas"] = (settings.pop("beta1"), settings.pop("beta2"))
    if kind == "rprop":
        for group in groups:
            assert group.pop("weight_decay") == 0.0
        settings["etas"] = (settings.pop("shrink"), settings.pop("grow"))
        settings["step_sizes"] = (settings.pop("least"), settings.pop("most"))
    if kind == "averaged":
        kind = "sgd"
    optimizer = {
        "sgd": torch.optim.SGD,
        "momentum": torch.optim.SGD,
        "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "rprop": torch.optim.Rprop,
    }[kind]
    return optimizer(groups, foreach=False, **settings)


def make_rates(rate, schedule, warmup):
    """The learning rate of every step."""
    schedule = dict(schedule or {"kind": "constant"})
    kind = schedule.pop("kind")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
    if kind == "constant":
        scheduler = lr_scheduler.LambdaLR(optimizer, lambda _: 1.0)
    elif kind == "step":
        scheduler = lr_scheduler.StepLR(optimizer, schedule["every"], schedule["factor"])
    elif kind == "exponential":
        scheduler = lr_scheduler.ExponentialLR(optimizer, schedule["factor"])
    elif kind == "cosine":
        floor = schedule["floor"] * rate
        scheduler = lr_scheduler.CosineAnnealingLR(optimizer, schedule["steps"], floor)
    elif kind == "inverse_time":
        decay, floor = schedule["decay"], schedule["floor"]
        scheduler = lr_scheduler.LambdaLR(optimizer, lambda t: max(1 / (1 + decay * t), floor))
    elif kind == "plateau":
        # PyTorch waits for one report more than its patience.
        scheduler = lr_scheduler.ReduceLROnPlateau(
            optimizer,
            factor=schedule["factor"],
            patience=schedule["patience"] - 1,
            threshold=0.0,
            threshold_mode="abs",
            min_lr=schedule["floor"] * rate,
            eps=0.0,
        )
    rates = []
    for step in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if kind != "plateau":
            scheduler.step()
        elif (step + 1) % REPORTED == 0:
            scheduler.step(schedule["losses"][step // REPORTED])
    if kind == "cosine":
        # PyTorch's rises again after its last step; a stream goes on at the floor.
        last = schedule["steps"]
        rates[last:] = [floor] * len(rates[last:])
    warm = [rate * ((t + 1) / warmup) for t in range(warmup)]
    return (warm + rates)[:STEPS]


def run(problems, plan):
    problem = problems[plan["problem"]]
    layers = layers_from(problem["start"], problem["widths"])
    for parameter in (p for layer in layers[: plan.get("frozen_layers", 0)] for p in layer):
        parameter.requires_grad_(False)
    weights = [w for w, _ in layers if w.requires_grad]
    parameters = [parameter for layer in layers for parameter in layer]
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    settings = plan["optimizer"]
    optimizer = make_optimizer(layers, settings, plan.get("l2", 0.0))
    rate = settings.get("rate", settings.get("first"))
    rates = make_rates(rate, plan.get("schedule"), plan.get("warmup", 0))
    loss_settings = dict(problem["loss"])
    loss_of = LOSSES[loss_settings.pop("kind")]
    features = torch.tensor(problem["features"])
    targets = torch.tensor(problem["targets"])
    importance = torch.tensor(problem["weights"])
    if not plan.get("weighted"):
        importance = torch.ones(len(importance))
    batch = plan["batch"]
    average = torch.optim.swa_utils.AveragedModel(torch.nn.ParameterList(parameters))
    recorded, losses_before = [], []
    for step in range(STEPS):
        chosen = [(step * batch + k) % len(features) for k in range(batch)]
        optimizer.zero_grad()
        outputs = forward(layers, problem["activation"], features[chosen])
        losses = loss_of(outputs, targets[chosen], **loss_settings)
        loss = (losses * importance[chosen]).mean()
        loss.backward()
        if "clip_value" in plan:
            torch.nn.utils.clip_grad_value_(trained, plan["clip_value"])
        if "clip_norm" in plan:
            # Not clip_grad_norm_, which divides by the norm + 1e-6.
            norm = torch.sqrt(sum((p.grad**2).sum() for p in trained))
            if norm > plan["clip_norm"]:
                for parameter in trained:
                    parameter.grad *= plan["clip_norm"] / norm
        for group in optimizer.param_groups:
            if settings["kind"] != "rprop":
                group["lr"] = rates[step]
        with torch.no_grad():
            if "decay" in plan:
                for w in weights:
                    w *= 1 - rates[step] * plan["decay"]
        optimizer.step()
        with torch.no_grad():
            if "l1" in plan:
                for w in weights:
                    w.copy_(F.softshrink(w, rates[step] * plan["l1"]))
            if "box" in plan:
                # The first eight parameters, in the order of a flat list.
                left = 8
                for parameter in parameters:
                    flat = parameter.view(-1)[:left]
                    flat.clamp_(*plan["box"])
                    left -= len(flat)
        average.update_parameters(torch.nn.ParameterList(parameters))
        if step + 1 in RECORDED:
            numbers = flatten(layers)
            if settings["kind"] == "averaged":
                numbers = [x for p in average.module for x in p.detach().flatten().tolist()]
            recorded.append(numbers)
            losses_before.append(loss.item())
    return {**plan, "parameters": recorded, "losses": losses_before}


def make_trajectories(problems):
    sgd = {"kind": "sgd", "rate": 0.05}
    momentum = {"kind": "momentum", "rate": 0.01, "momentum": 0.9, "nesterov": False}
    nesterov = {**momentum, "nesterov": True}
    adagrad = {"kind": "adagrad", "rate": 0.2, "epsilon": 1e-10}
    rmsprop = {
        "kind": "rmsprop",
        "rate": 0.01,
        "alpha": 0.99,
        "epsilon": 1e-8,
        "centered": False,
        "momentum": 0.0,
    }
    adam = {
        "kind": "adam",
        "rate": 0.02,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-8,
        "amsgrad": False,
    }
    adamw = {**adam, "kind": "adamw", "decay": 0.01}
    averaged = {"kind": "averaged", "rate": 0.05}
    rprop = {
        "kind": "rprop",
        "first": 0.01,
        "shrink": 0.5,
        "grow": 1.2,
        "least": 1e-6,
        "most": 50.0,
    }
    optimizers = {
        "sgd": sgd,
        "momentum": momentum,
        "nesterov": nesterov,
        "adagrad": adagrad,
        "adagrad, epsilon 0.01": {**adagrad, "epsilon": 0.01},
        "rmsprop": rmsprop,
        "rmsprop, epsilon 0.01": {**rmsprop, "epsilon": 0.01},
        "rmsprop, centred": {**rmsprop, "centered": True},
        "rmsprop, momentum": {**rmsprop, "rate": 0.002, "momentum": 0.9},
        "rmsprop, centred, momentum": {
            **rmsprop,
            "rate": 0.002,
            "centered": True,
            "momentum": 0.9,
        },
        "adam": adam,
        "adam, other settings": {**adam, "beta1": 0.8, "beta2": 0.99, "epsilon": 0.01},
        "amsgrad": {**adam, "amsgrad": True, "beta2": 0.95},
        "adamw": adamw,
        "adamw, decay 0.5": {**adamw, "decay": 0.5},
        "adamw, amsgrad": {**adamw, "amsgrad": True, "beta2": 0.95, "decay": 0.5},
        "averaged": averaged,
    }
    plans = []

    def plan(name, problem, batch, optimizer, **rules):
        plans.append({
            "name": name,
            "problem": problem,
            "batch": batch,
            "optimizer": optimizer,
            **rules,
        })

    for name, optimizer in optimizers.items():
        plan(name, "linear", 1, optimizer)
        plan(name, "linear", 8, optimizer)
    plan("gradient descent", "linear", 40, sgd)
    for problem in ("linear", "logistic", "mlp"):
        plan("rprop", problem, 40, rprop)

    for problem in ("logistic", "softmax", "mlp"):
        for name in ("sgd", "nesterov", "adam"):
            plan(name, problem, 1, optimizers[name])
            plan(name, problem, 8, optimizers[name])
    for problem in ("linear", "logistic"):
        for batch in (1, 8):
            plan("weighted samples", problem, batch, sgd, weighted=True)
            plan("weighted samples", problem, batch, adam, weighted=True)

    schedules = {
        "step": {"kind": "step", "every": 30, "factor": 0.5},
        "exponential": {"kind": "exponential", "factor": 0.98},
        "cosine": {"kind": "cosine", "steps": 200, "floor": 0.02},
        "cosine, then its floor": {"kind": "cosine", "steps": 120, "floor": 0.1},
        "cosine to zero": {"kind": "cosine", "steps": 120, "floor": 0.0},
        "inverse time": {"kind": "inverse_time", "decay": 0.05, "floor": 0.0},
        "inverse time, floor": {"kind": "inverse_time", "decay": 0.05, "floor": 0.25},
    }
    for name, schedule in schedules.items():
        plan(name, "linear", 1, sgd, schedule=schedule)
        plan(name, "linear", 8, adam, schedule=schedule)
        plan(name + ", warm-up", "linear", 1, sgd, schedule=schedule, warmup=25)
    lcg = Lcg(17)
    held_out = [f32(1 / (1 + k) + 0.1 * lcg.unit()) for k in range(STEPS // REPORTED)]
    plateau = {
        "kind": "plateau",
        "patience": 3,
        "factor": 0.5,
        "floor": 0.1,
        "every": REPORTED,
        "losses": held_out,
    }
    plan("plateau", "linear", 1, sgd, schedule=plateau)
    plan("plateau", "linear", 8, adam, schedule=plateau)
    plan("warm-up", "linear", 1, sgd, warmup=25)
    plan("warm-up", "linear", 8, adam, warmup=25)
    plan("schedule", "linear", 8, momentum, schedule=schedules["step"])
    plan("schedule", "linear", 8, rmsprop, schedule=schedules["exponential"])
    plan("schedule", "linear", 8, adagrad, schedule=schedules["cosine"])
    plan("schedule", "linear", 8, averaged, schedule=schedules["step"])
    plan("schedule", "linear", 1, adamw, schedule=schedules["cosine"], warmup=25)

    # Rprop has no learning rate, and so nothing that a decay or a threshold could scale with.
    rules = {
        "l2": {"l2": 0.3},
        "decay": {"decay": 0.3},
        "l1": {"l1": 0.3},
        "elastic net": {"l1": 0.2, "l2": 0.2},
        "clip value": {"clip_value": 0.5},
        "clip norm": {"clip_norm": 0.7},
        "box": {"box": [-0.75, 0.5]},
        "clip value, l2": {"clip_value": 0.5, "l2": 0.3},
        "clip norm, elastic net, box": {
            "clip_norm": 0.7,
            "l1": 0.1,
            "l2": 0.2,
            "box": [-0.75, 0.5],
        },
    }
    for name, rule in rules.items():
        plan(name, "linear", 1, sgd, **rule)
        plan(name, "linear", 8, sgd, **rule)
        plan(name, "linear", 8, momentum, **rule)
        plan(name, "mlp", 8, adam, **rule)
    plan("l2", "linear", 1, rmsprop, l2=0.3)
    plan("l2", "linear", 1, adagrad, l2=0.3)
    plan("l2", "linear", 1, averaged, l2=0.3)
    plan("averaged, l1, box", "linear", 1, averaged, l1=0.3, box=[-0.75, 0.5])
    for optimizer in (sgd, adam):
        plan("frozen layer", "mlp", 8, optimizer, frozen_layers=1, l2=0.1, l1=0.01)
    plan("averaged, frozen layer", "mlp", 8, averaged, frozen_layers=1)
    for batch in (1, 8):
        plan("clip norm, frozen layer", "mlp", batch, sgd, frozen_layers=1, clip_norm=0.3)
    plan("l1, schedule", "linear", 1, sgd, l1=0.3, schedule=schedules["exponential"])
    plan("decay, schedule", "linear", 1, sgd, decay=0.3, schedule=schedules["exponential"])
    plan("l2, schedule", "linear", 1, sgd, l2=0.3, schedule=schedules["exponential"])
    plan("clip norm, schedule", "mlp", 1, sgd, clip_norm=0.3, schedule=schedules["step"])
    plan("clip norm, weighted", "linear", 1, sgd, clip_norm=0.7, weighted=True)
    return [run(problems, plan) for plan in plans]


def write(path, data):
    """JSON with one item of every list of objects a line, numbers in their shortest form."""

    def compact(value):
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    parts = []
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines = ",\n".join(compact(item) for item in value)
            parts.append(f"{compact(key)}:[\n{lines}\n]")
        else:
            parts.append(f"{compact(key)}:{compact(value)}")
    path.write_text("{" + ",\n".join(parts) + "}\n")


def main():
    folder = Path(__file__).resolve().parent.parent / "data" / "oracle"
    made_with = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "scikit-learn": sklearn.__version__,
    }
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "losses.json", {"made_with": made_with, "losses": make_losses()})
    write(folder / "models.json", {"made_with": made_with, "models": make_models()})
    problems = make_problems()
    trajectories = {
        "made_with": made_with,
        "recorded": RECORDED,
        "problems": problems,
        "runs": make_trajectories(problems),
    }
    write(folder / "trajectories.json", trajectories)
    print(json.dumps(made_with), file=sys.stderr)


if __name__ == "__main__":
    main()
