"""Labels on customers, and saved expressions over them."""
