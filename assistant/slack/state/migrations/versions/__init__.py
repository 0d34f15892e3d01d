"""One module for each step, numbered; a new step names the one before it as `down_revision`."""
