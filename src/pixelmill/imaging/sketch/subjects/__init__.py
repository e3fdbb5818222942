"""The still-life subjects, one small file for each family."""
