"""The workbook in which somebody who knows no RDF brings a plan: empty, filled, marked."""
