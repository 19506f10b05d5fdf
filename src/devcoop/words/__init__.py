"""Every sentence that people read, in each language, made from codes, IRIs and numbers."""
