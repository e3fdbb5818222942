"""The engine: moves executions from accepted to finished, and may be killed at any step."""
