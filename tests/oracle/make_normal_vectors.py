"""Writes tests/data/oracle/normal.json: Mahalanobis distances and sequential k-means by scikit-learn.

Windows are rounded to float32, so that both precisions begin with the same numbers. What scikit-learn
leaves open is written out: distances are of features in standard deviations (`StandardScaler`, which
gives a feature that never changes a deviation of 1), and a feature that never changes has a variance
of 1 in them. K-means learns a window at a time, from centers that are the first windows.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import MiniBatchKMeans
from sklearn.covariance import ShrunkCovariance
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent


def sets():
    random = np.random.default_rng(21)
    mix = random.normal(size=(5, 5))
    plain = random.normal(size=(300, 5)) @ mix
    units = plain * np.array([1e-3, 1.0, 250.0, 1e4, 0.5]) + np.array([0.0, 5.0, -9000.0, 1e5, 1e-2])
    mean, deviation = random.normal(size=300) * 3.0, random.gamma(2.0, size=300)
    nearly = np.stack([mean, deviation, np.sqrt(mean**2 + deviation**2), np.full(300, 2.5)], axis=1)
    clusters = np.concatenate([random.normal(c, 0.3, size=(100, 3)) for c in ([0, 0, 0], [4, 0, 1], [0, 5, -2])])
    random.shuffle(clusters)
    return {"plain": plain, "units": units, "nearly_singular": nearly, "clusters": clusters}


def distances(learned, others, shrinkage):
    scaler = StandardScaler().fit(learned)
    z, more = scaler.transform(learned), scaler.transform(others)
    still = learned.std(axis=0) == 0
    if still.any():
        # The feature apart: its deviation in its own unit, beside the others.
        model = ShrunkCovariance(shrinkage=shrinkage).fit(z[:, ~still])
        apart = ((others[:, still] - learned.mean(axis=0)[still]) ** 2).sum(axis=1)
        return np.sqrt(model.mahalanobis(more[:, ~still]) + apart)
    return np.sqrt(ShrunkCovariance(shrinkage=shrinkage).fit(z).mahalanobis(more))


def main():
    cases = []
    for name, windows in sets().items():
        windows = windows.astype(np.float32).astype(np.float64)
        learned, others = windows[:200], windows[200:]
        case = {"name": name, "learned": learned.tolist(), "others": others.tolist(), "mahalanobis": []}
        shrinkages = [0.01, 0.03, 0.1, 0.5] + ([1e-4] if name in ("plain", "units") else [])
        for shrinkage in shrinkages:
            scores = distances(learned, others, shrinkage)
            case["mahalanobis"].append({"shrinkage": shrinkage, "scores": scores.tolist()})
        scaled_by, centers = 60, 4
        scaler = StandardScaler().fit(learned[:scaled_by])
        z = scaler.transform(learned[scaled_by:])
        model = MiniBatchKMeans(centers, init=z[:centers], n_init=1, batch_size=1, reassignment_ratio=0.0)
        # A batch has as many windows as centers; all but one weigh nothing.
        weights = np.eye(1, centers)[0]
        for window in z:
            model.partial_fit(np.tile(window, (centers, 1)), sample_weight=weights)
        case["kmeans"] = {
            "scaled_by": scaled_by,
            "centers": model.cluster_centers_.tolist(),
            "scores": model.transform(scaler.transform(others)).min(axis=1).tolist(),
        }
        cases.append(case)
    random = np.random.default_rng(3)
    labels = random.integers(0, 2, size=200)
    scores = np.round(random.normal(size=200) + labels, 1)
    auc = {"labels": labels.tolist(), "scores": scores.tolist(), "auc": roc_auc_score(labels, scores)}
    document = {"numpy": np.__version__, "scikit_learn": sklearn.__version__, "cases": cases, "auc": auc}
    out = HERE.parent / "data" / "oracle" / "normal.json"
    out.write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
