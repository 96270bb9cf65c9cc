"""What an interview is made from: the plan, the questions as they were sent, and what was said in the room."""
