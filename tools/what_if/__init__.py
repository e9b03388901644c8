"""What if another model scored: messages of the past, by two models; nothing is published."""
