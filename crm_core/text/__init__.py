"""How text is compared and found: folding, pinyin, tokens, and the two databases' text indexes."""
