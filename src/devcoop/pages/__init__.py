"""Pages that an officer clicks through: the same for a server and for a folder of files."""
