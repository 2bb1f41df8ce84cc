"""The forms of the five sections: shape, choices, and the rules of one page. They never write."""
