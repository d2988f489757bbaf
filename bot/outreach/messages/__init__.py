"""What is said later, composed at the moment it is sent: one file per kind of delivery.

Each `compose` looks once more whether its cause still stands, and answers with the card to send, or with the verdict
that it is not to be sent.
"""
