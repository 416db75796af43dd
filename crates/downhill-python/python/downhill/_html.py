"""A fit as a page, for notebooks."""

import html


def page(estimator):
    """Return an estimator as HTML: its report, else its summary, else its parameters.

    The report is a page of its own, with its own style: a frame keeps that from the notebook.
    """
    report = getattr(estimator, "report_", None)
    if report is not None:
        style = "width: 100%; height: 40em; border: 0"
        return f'<iframe style="{style}" srcdoc="{html.escape(report)}"></iframe>'
    summary = getattr(estimator, "summary_", None)
    text = repr(estimator) if summary is None else f"{estimator!r}\n\n{summary}"
    return f"<pre>{html.escape(text)}</pre>"
