"""What the doctor looks at in WeCom: robot, app, address, customers, customer service, archive."""
