"""Who works here: operators from the centre, sign-in, the second person, sessions."""
