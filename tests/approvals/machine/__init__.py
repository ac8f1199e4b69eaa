"""The machine of approvals: a desk on which a cast plays every operation, the moves, and the laws that always hold."""
