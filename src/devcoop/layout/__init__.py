"""How records are put into HTML: one environment of templates for the report and the pages."""
