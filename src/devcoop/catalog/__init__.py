"""What a published dataset says of itself: catalogue record, partitions, ready-made questions."""
