"""The CRM's side: events as messages, at a steady rate, to a topic."""
