"""WeCom's robot (智能机器人): a door for staff that needs no public address, over a connection that we make."""
