"""When things happen; holds no business state."""
