"""A fit as a page, for notebooks."""

import html


def page(estimator):
    """Return an estimator as HTML: its summary where it is fitted, else its parameters."""
    summary = getattr(estimator, "summary_", None)
    text = repr(estimator) if summary is None else f"{estimator!r}\n\n{summary}"
    return f"<pre>{html.escape(text)}</pre>"
