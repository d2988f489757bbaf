"""What members of staff are asked to send to their own customers, from the plan to what came of it."""
