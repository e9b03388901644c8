"""`churn dead-letters`: look at dead letters, keep them in a file, purge them."""
