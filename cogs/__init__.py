"""The edge: what people see and press on Discord. One folder for each feature."""
