"""微信客服: customers write to the company as one account, and staff answer them from the record."""
