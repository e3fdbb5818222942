"""The HTTP door: routes, their documentation, and the page that shows batches."""
