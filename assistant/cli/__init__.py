"""The terminal face.  `main` puts the commands together; each group of commands has its own module."""
