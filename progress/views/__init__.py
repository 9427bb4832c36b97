"""The pages of progress and of what they lead to; every number on them comes from the figures."""
