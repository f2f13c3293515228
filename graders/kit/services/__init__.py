"""Services: what a check gives to the student's program, and what was asked of them."""
