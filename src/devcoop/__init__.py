"""Where development-cooperation plans overlap, duplicate each other or leave gaps."""
