"""A year of what the bot offers, played through with the real rules and the real library."""
