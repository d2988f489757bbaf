"""客户联系: customers, their tags and groups, read from WeCom and told to the core."""
