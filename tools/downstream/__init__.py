"""A downstream subscriber's side: alerts and dead letters as they come, and how they are shown."""
