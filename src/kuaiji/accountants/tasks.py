"""Jobs: the rows of lists for records of before there were any."""

from procrastinate.contrib.django import app

from kuaiji.accountants.listing.services import FILLING, fill_list_rows


@app.task(name=FILLING)
def fill_lists() -> None:
    """Give rows to records that have none."""
    fill_list_rows()
