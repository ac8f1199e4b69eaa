"""The pages of review and approval."""
