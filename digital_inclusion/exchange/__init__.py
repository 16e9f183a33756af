"""Import batches: preview, commit, undo; exports."""
