"""The nodes that come with Pixelmill, one in a file."""
