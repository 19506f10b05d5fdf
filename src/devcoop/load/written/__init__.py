"""What people write in the cells of a table: days, numbers, names in several spellings."""
