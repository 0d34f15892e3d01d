"""The evaluators' face: test sets in, runs, measures, comparisons and reports out.  Asks the core as staff do."""
