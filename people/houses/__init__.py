"""Running houses: the platforms, hub, stand-ins and databases that people visit, and how to disturb them."""
