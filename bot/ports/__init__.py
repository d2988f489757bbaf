"""What adapters may ask of the product and tell it, one file for each port."""
