"""Made-up people and what drives them through the pages: bench, prove, guide and the tests share them."""
