"""What the figures of `progress.figures` are computed from; only figures and charts read it."""
