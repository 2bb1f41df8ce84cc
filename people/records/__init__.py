"""What people have in the database of a platform, made through its services."""
