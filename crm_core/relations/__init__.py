"""Who of the staff is connected with which customer on a platform, and the tags both sides set."""
