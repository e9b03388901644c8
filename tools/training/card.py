"""The model card: one HTML page for who owns the model and who answers for its risk.

Self-contained: images are in it, nothing is loaded from elsewhere, there is no script.
"""

from collections.abc import Mapping
from html import escape
from typing import Final

from tools.html import bullets, image, table
from tools.page_style import STYLE
from tools.training.intervals import LEVEL, Interval
from tools.training.quality import Quality, Report
from tools.training.trained import TrainedModel

NAMES: Final = {
    "f1": "F1",
    "precision": "Precision (alerts that were right)",
    "recall": "Recall (leavers that were alerted)",
    "roc_auc": "ROC AUC",
    "average_precision": "PR AUC (average precision)",
    "brier": "Brier score (smaller is better)",
    "alerts_per_1000": "Alerts per 1,000 customers",
}

LIMITS: Final = (
    (
        "It was judged on customers of the same time as those it learned from. How it does on "
        "later ones is not known; watch the drift of inputs and scores."
    ),
    (
        "It tells who leaves, not why, and not whether an offer would keep them. Contributions in "
        "alerts say what moved the score, not what moved the customer."
    ),
    (
        "Country, sex and age are among its inputs. Look at the slices before anything is decided "
        "about a person because of a score; an alert is meant to start a conversation."
    ),
    "Slices with few customers have wide intervals; differences within them may be chance.",
    (
        "Values beyond what it learned from count as the nearest that it knows, a country that it "
        "never saw as missing. Such scores are guesses, calm ones."
    ),
)

_DIGITS: Final = {"alerts_per_1000": 0}


def model_card(trained: TrainedModel, judged: Report, drawn: Mapping[str, bytes]) -> str:
    """Write the page.

    Args:
        trained: the model.
        judged: its report.
        drawn: PNG files by name.
    """
    manifest = trained.manifest
    title = f"{manifest.name} {manifest.version}"
    sections = [
        ("What it is", _about(trained)),
        ("How good it is", _overall(judged)),
        ("What the threshold means", _threshold(trained, judged)),
        ("Parts of the customers", _slices(judged)),
        (
            "Pictures",
            "".join(image(_about_picture(name), content) for name, content in drawn.items()),
        ),
        ("Limits", bullets(LIMITS)),
        ("How to make it again", _again(trained)),
    ]
    body = "".join(f"<h2>{escape(head)}</h2>{content}" for head, content in sections)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Model card: {escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>Model card: {escape(title)}</h1>{body}</body></html>\n"
    )


def _about(trained: TrainedModel) -> str:
    manifest, metrics = trained.manifest, trained.metrics
    as_of = manifest.trained_as_of
    rows = {
        "Purpose": "the probability that a customer leaves the bank; alerts go to those who care "
        "for customers",
        "Kind": "logistic regression on splines of the columns and their products (scikit-learn)",
        "Made": f"{manifest.created_at:%Y-%m-%d %H:%M} UTC",
        "Learned from": f"{metrics['customers']:.0f} customers with a known outcome, of whom "
        f"{metrics['churn_share']:.1%} left",
        "Columns": ", ".join(column.name for column in manifest.columns),
        "Tenure counted to": "not used" if as_of is None else as_of.isoformat(),
        "SHA-256 of the data": manifest.training_data_sha256,
        "SHA-256 of the pickle": manifest.sha256,
    }
    return table(("", ""), rows.items(), text=2)


def _overall(judged: Report) -> str:
    quality, fitted = judged.everybody, judged.calibration
    rows = [(name, *_measured(quality, key)) for key, name in NAMES.items()]
    return (
        "<p>Five-fold cross-validation: every customer was scored by a model that had not seen "
        f"them. In brackets, the {LEVEL:.0%} interval over the choice of customers.</p>"
        + table(("Metric", "Value", f"{LEVEL:.0%} interval"), rows)
        + f"<p>Calibration: slope {fitted.slope:.2f} (1 is right), intercept "
        f"{fitted.intercept:.2f} (0 is right).</p>"
    )


def _measured(quality: Quality, key: str) -> tuple[str, str]:
    digits = _DIGITS.get(key, 3)
    if key not in quality.metrics:
        return "too few customers", ""
    return f"{quality.metrics[key]:.{digits}f}", _span(quality.intervals[key], digits)


def _span(interval: Interval, digits: int) -> str:
    return f"{interval.low:.{digits}f} to {interval.high:.{digits}f}"


def _threshold(trained: TrainedModel, judged: Report) -> str:
    metrics, manifest = judged.everybody.metrics, trained.manifest
    if not metrics:
        return f"<p>The threshold is {manifest.threshold:.3f}.</p>"
    alerts = metrics["alerts_per_1000"]
    hits = alerts * metrics["precision"]
    missed = 1000 * metrics["churn_share"] - hits
    return (
        f"<p>A customer is alerted from a probability of <b>{manifest.threshold:.3f}</b>. Of "
        f"1,000 customers like those it learned from, <b>{alerts:.0f}</b> are alerted: about "
        f"<b>{hits:.0f}</b> of them would leave, {alerts - hits:.0f} would stay, and "
        f"{missed:.0f} who leave are not alerted.</p><p>It is where the expected F1 is highest, "
        "which weighs a false alert like a leaver that is missed. Where one costs more than the "
        "other, set <code>alerts.threshold</code>: lower catches more and alerts more.</p>"
    )


def _slices(judged: Report) -> str:
    columns = ("f1", "precision", "recall", "roc_auc", "alerts_per_1000")
    head = ("Part", "Customers", "Left", "F1", "Precision", "Recall", "ROC AUC", "Alerts / 1,000")
    rows = [
        (
            f"{title}: {name}",
            str(quality.customers),
            f"{quality.churn_share:.1%}",
            *(_in_brackets(*_measured(quality, key)) for key in columns),
        )
        for title, parts in judged.slices.items()
        for name, quality in parts.items()
    ]
    return table(head, rows)


def _in_brackets(value: str, interval: str) -> str:
    return f"{value} ({interval})" if interval else value


def _again(trained: TrainedModel) -> str:
    manifest = trained.manifest
    as_of = f" --as-of {manifest.trained_as_of}" if manifest.trained_as_of else ""
    seed = f" --seed {manifest.seed}" if manifest.seed is not None else ""
    command = (
        f"churn train -c CUSTOMER.csv -i INDICATORS.csv -o DIR --name {manifest.name} "
        f"--version {manifest.version}{as_of}{seed}"
    )
    versions = ", ".join(f"{name} {number}" for name, number in manifest.versions)
    return (
        f"<p>With the same rows (the digest above), and {escape(versions)}, this gives the same "
        f"pickle, byte for byte:</p><pre>{escape(command)}</pre>"
    )


def _about_picture(name: str) -> str:
    return name.removesuffix(".png").replace("_", " ")
