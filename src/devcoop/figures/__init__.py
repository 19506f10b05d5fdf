"""What the report and the pages both show, worked out once: IRIs, codes and numbers, no words."""
