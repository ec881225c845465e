"""What the board receives: figures of many records, protected against disclosure, with what can and cannot be told from them."""
