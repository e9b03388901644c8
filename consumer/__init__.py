"""The worker: receives customer updates, scores them and publishes churn alerts."""
