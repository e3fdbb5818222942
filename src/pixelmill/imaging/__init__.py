"""Image operations from bytes to bytes: typed wrappers of vips, OpenCV, Pillow and isal."""
