"""Messages of the past that Pub/Sub still has: dead letters, and what a topic retains."""
