"""The rows of the table, a file each; a new row is a new file with NUMBER, TITLE and measure."""
