"""Prints values of metrics as JSON: what tables.json holds.

    pip install torchmetrics numpy && cd packages/metrics/test/torchmetrics
    python tables.py > tables.json

Each case is updated batch by batch, batches of 1 to 40 rows. Quantiles are NumPy's. Masks are channels first in
torchmetrics and last in tfjs: the table has them last. BLEU and Dice: torchmetrics' BLEUScore and F1Score.
Edges of bins and thresholds are no values of the data: torch.linspace rounds them in its own way.
"""
import json
import sys

import numpy as np
import torch
import torchmetrics as tm
from torchmetrics.functional.text import bleu_score

random = np.random.RandomState(7)
SIZES = (7, 1, 40, 2, 14)
ROWS = sum(SIZES)


def rounded(values, digits=3):
    return np.round(values.astype(np.float64), digits).astype(np.float32)


def softmax(logits):
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


# Scores of two digits have many ties. Class 4 of 5 is never true, class 3 is rare.
data = {
    "shares": rounded(random.rand(ROWS), 2),
    "bits": random.randint(0, 2, ROWS),
    "logits": rounded(random.randn(ROWS) * 2),
    "scores": rounded(softmax(random.randn(ROWS, 5) * 2), 2),
    "classLogits": rounded(random.randn(ROWS, 5) * 2),
    "classes": np.minimum(random.randint(0, 7, ROWS) % 4, random.randint(0, 4, ROWS)),
    "allClasses": random.randint(0, 5, ROWS),
    "manyShares": rounded(random.rand(ROWS, 3), 2),
    "manyBits": (random.rand(ROWS, 3) < (0.2, 0.5, 0.8)).astype(int),
    "predicted": rounded(random.randn(ROWS) * 3),
    "actual": rounded(random.randn(ROWS) * 3),
    "manyPredicted": rounded(random.randn(ROWS, 3) + 100),
    "manyActual": rounded(random.randn(ROWS, 3) + 100),
    "masks": rounded(random.rand(ROWS, 2, 3, 5)),
    "maskClasses": random.randint(0, 4, (ROWS, 2, 3)),
    "words": rounded(random.randn(ROWS, 4, 6)),
    "tokens": random.randint(0, 6, (ROWS, 4)),
}
data["predicted"] = rounded(data["actual"] * 0.7 + data["predicted"] * 0.4, 1)
data["ignoredClasses"] = np.where(random.rand(ROWS) < 0.2, -1, data["classes"])
data["ignoredBits"] = np.where(random.rand(ROWS) < 0.2, -1, data["bits"])


def value(metric, predictions, targets):
    # In float32 it loses three digits of values around 100, which are summed as they are.
    isR2 = isinstance(metric, tm.R2Score)
    if isR2:
        metric.set_dtype(torch.float64)
    at = 0
    for size in SIZES:
        batch = slice(at, at + size)
        p = torch.tensor(data[predictions][batch])
        if predictions in ("masks",):
            p = p.movedim(-1, 1)
        t = torch.tensor(data[targets][batch])
        metric.update(p.double() if isR2 else p, t.double() if isR2 else t)
        at += size
    found = metric.compute()
    return np.asarray(found.tolist(), dtype=np.float64).tolist()


cases = []


def case(name, options, metric, predictions, targets):
    cases.append(
        {
            "name": name,
            "options": options,
            "predictions": predictions,
            "targets": targets,
            "value": value(metric, predictions, targets),
        }
    )


C = tm.classification
averages = ("micro", "macro", "weighted", "none")
for name, of in (
    ("accuracy", "Accuracy"),
    ("precision", "Precision"),
    ("recall", "Recall"),
    ("f1", "F1Score"),
    ("fBeta", "FBetaScore"),
):
    more = {"beta": 0.5} if name == "fBeta" else {}
    binary, multi, labels = (getattr(C, kind + of) for kind in ("Binary", "Multiclass", "Multilabel"))
    case(name, {**more}, binary(**more), "shares", "bits")
    case(name, {**more, "threshold": 0.7, "ignoreIndex": -1}, binary(**more, threshold=0.7, ignore_index=-1), "shares", "ignoredBits")
    for average in averages:
        case(name, {**more, "classes": 5, "average": average}, multi(**more, num_classes=5, average=average), "scores", "classes")
        case(name, {**more, "labels": 3, "average": average}, labels(**more, num_labels=3, average=average), "manyShares", "manyBits")
    case(name, {**more, "classes": 5, "average": "macro", "topK": 2}, multi(**more, num_classes=5, average="macro", top_k=2), "classLogits", "classes")
    case(name, {**more, "classes": 5, "average": "micro", "topK": 3}, multi(**more, num_classes=5, average="micro", top_k=3), "classLogits", "classes")
    case(name, {**more, "classes": 5, "average": "macro", "ignoreIndex": -1}, multi(**more, num_classes=5, average="macro", ignore_index=-1), "scores", "ignoredClasses")
    if name != "accuracy":
        case(name, {**more, "classes": 5, "average": "none", "zeroDivision": 1}, multi(**more, num_classes=5, average="none", zero_division=1), "scores", "classes")

case("accuracy", {"from": "logits"}, C.BinaryAccuracy(), "logits", "bits")
case("f1", {"classes": 5, "average": "macro"}, C.MulticlassF1Score(5, average="macro"), "masks", "maskClasses")
for normalize, ours in ((None, None), ("true", "true"), ("pred", "predicted"), ("all", "all")):
    more = {} if ours is None else {"normalize": ours}
    case("confusionMatrix", {**more}, C.BinaryConfusionMatrix(normalize=normalize), "shares", "bits")
    case("confusionMatrix", {"classes": 5, **more}, C.MulticlassConfusionMatrix(5, normalize=normalize), "scores", "classes")
case("confusionMatrix", {"classes": 5, "ignoreIndex": -1}, C.MulticlassConfusionMatrix(5, ignore_index=-1), "scores", "ignoredClasses")
for average in averages:
    case("iou", {"classes": 5, "average": average}, C.MulticlassJaccardIndex(5, average=average), "masks", "maskClasses")
    case("dice", {"classes": 5, "average": average}, C.MulticlassF1Score(5, average=average), "masks", "maskClasses")
    case("iou", {"labels": 3, "average": average}, C.MultilabelJaccardIndex(3, average=average), "manyShares", "manyBits")
case("iou", {}, C.BinaryJaccardIndex(), "shares", "bits")
case("iou", {"classes": 5, "ignoreIndex": 0}, C.MulticlassJaccardIndex(5, average="macro", ignore_index=0), "masks", "maskClasses")
for norm in ("l1", "l2", "max"):
    case("calibrationError", {"norm": norm, "from": "logits"}, C.BinaryCalibrationError(15, norm), "logits", "bits")
    case("calibrationError", {"classes": 5, "norm": norm, "bins": 10, "from": "logits"}, C.MulticlassCalibrationError(5, 10, norm), "classLogits", "classes")
for name, of in (("auroc", "AUROC"), ("averagePrecision", "AveragePrecision")):
    binary, multi, labels = (getattr(C, kind + of) for kind in ("Binary", "Multiclass", "Multilabel"))
    for thresholds in (None, 14):
        more = {} if thresholds is None else {"thresholds": thresholds}
        case(name, {**more}, binary(thresholds=thresholds), "shares", "bits")
        case(name, {**more, "ignoreIndex": -1}, binary(thresholds=thresholds, ignore_index=-1), "shares", "ignoredBits")
        case(name, {**more, "from": "logits"}, binary(thresholds=thresholds), "logits", "bits")
        for average in ("macro", "weighted", "micro", "none"):
            case(name, {**more, "labels": 3, "average": average}, labels(3, average=average, thresholds=thresholds), "manyShares", "manyBits")
        for average in ("macro", "weighted", "none"):
            case(name, {**more, "classes": 5, "average": average, "from": "logits"}, multi(5, average=average, thresholds=thresholds), "classLogits", "allClasses")

R = tm.regression
for name, metric in (
    ("mae", R.MeanAbsoluteError()),
    ("mse", R.MeanSquaredError()),
    ("rmse", R.MeanSquaredError(squared=False)),
    ("mape", R.MeanAbsolutePercentageError()),
    ("r2", R.R2Score()),
    ("pearson", R.PearsonCorrCoef()),
    ("spearman", R.SpearmanCorrCoef()),
):
    case(name, {}, metric, "predicted", "actual")
for name, metric in (("mae", R.MeanAbsoluteError()), ("mse", R.MeanSquaredError()), ("cosineSimilarity", R.CosineSimilarity("mean"))):
    case(name, {}, metric, "manyPredicted", "manyActual")
case("r2", {"outputs": 3}, R.R2Score(), "manyPredicted", "manyActual")
case("r2", {"outputs": 3, "average": "none"}, R.R2Score(multioutput="raw_values"), "manyPredicted", "manyActual")
case("pearson", {"outputs": 3, "average": "none"}, R.PearsonCorrCoef(3), "manyPredicted", "manyActual")
case("perplexity", {}, tm.text.Perplexity(), "words", "tokens")
case("perplexity", {"ignoreIndex": 2}, tm.text.Perplexity(ignore_index=2), "words", "tokens")

texts = [
    ["the cat is on the mat", ["there is a cat on the mat", "a cat is on the mat"]],
    ["the the the the the the the", ["the cat sat on the mat and looked"]],
    ["a dog ran over the green hill today", ["a dog ran over the hill", "the dog ran over a green hill today"]],
]
bleus = [
    {"options": {"maxLength": n, "smooth": smooth}, "value": float(bleu_score([t for t, _ in texts], [r for _, r in texts], n, smooth))}
    for n in (1, 2, 4)
    for smooth in (False, True)
]
at = [0.0, 0.1, 0.5, 0.9, 1.0]
quantiles = {"at": at, "value": np.quantile(data["actual"].astype(np.float64), at).tolist()}

json.dump(
    {
        "source": f"torchmetrics {tm.__version__}, NumPy {np.__version__}",
        "sizes": SIZES,
        "data": {name: {"shape": list(values.shape), "values": [float(f"{one:.6g}") for one in values.reshape(-1).tolist()]} for name, values in data.items()},
        "cases": cases,
        "texts": texts,
        "bleus": bleus,
        "quantiles": quantiles,
    },
    sys.stdout,
)
