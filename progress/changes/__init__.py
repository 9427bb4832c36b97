"""What changed between two days: read from the facts, then said in lines that lead to lists."""
