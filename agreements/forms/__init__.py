"""What is typed on the pages of an agreement, checked for shape; whether it may be so is asked by the services."""
