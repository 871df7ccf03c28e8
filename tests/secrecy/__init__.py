"""Whether anything that was ever written leads to a person: a month of everything, then every byte."""
