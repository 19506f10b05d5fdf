"""Readers, one module for each family of formats; none of them knows a store."""
