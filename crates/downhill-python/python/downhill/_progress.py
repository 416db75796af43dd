"""Progress of fits, by tqdm where it is installed."""


class Watcher:
    """A bar of epochs."""

    def __init__(self, tqdm):
        self._tqdm = tqdm
        self._bar = None

    def __call__(self, epochs, loss):
        if epochs is not None:
            self.close()
            self._bar = self._tqdm(total=epochs, unit="epoch", leave=False)
        elif self._bar is not None:
            self._bar.set_postfix_str(f"loss {loss:.5g}", refresh=False)
            self._bar.update()

    def close(self):
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def watcher(progress):
    """Return what is told how a fit goes on; ``None`` where nobody asks, or tqdm is missing."""
    if not progress:
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return Watcher(tqdm)
