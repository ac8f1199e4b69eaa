"""Evidence: what happened, the bytes it rests on, and the work still to be sent out."""
