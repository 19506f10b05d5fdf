"""One module for each kind of page; each lists its routes in `ROUTES`."""
