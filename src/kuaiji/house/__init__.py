"""What starts and keeps the system on one machine: its database server, its secrets, its processes.

Stands outside the layers of the platform: nothing here is imported by an app, and nothing here needs Django.
"""


class HouseError(Exception):
    """The house cannot start. The message says what is wrong and what to do, in Chinese and in English."""
